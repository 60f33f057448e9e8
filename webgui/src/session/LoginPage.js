import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Anchor, Button, Card, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Page } from '../components/Page.tsx';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';
const route = getRouteApi('/login');
/** Sign-in; leads back to where one wanted to go. */
export function LoginPage() {
    const brain = useBrain();
    const router = useRouter();
    const { next } = route.useSearch();
    const [email, setEmail] = useState('');
    const [password, setPassword] = useState('');
    const signIn = useMutation({
        mutationFn: () => brain.signIn(email, password),
        onSuccess: () => router.history.replace(next ?? '/'),
    });
    return (_jsxs(Page, { title: session.signIn, width: "narrow", children: [_jsx(Card, { component: "form", maw: 420, onSubmit: (event) => {
                    event.preventDefault();
                    signIn.mutate();
                }, children: _jsxs(Stack, { children: [_jsx(Text, { c: "dimmed", children: session.welcome }), _jsx(ErrorNotice, { error: signIn.error }), _jsx(TextInput, { label: session.email, type: "email", autoComplete: "username", required: true, value: email, onChange: (event) => setEmail(event.currentTarget.value) }), _jsx(PasswordInput, { label: session.password, autoComplete: "current-password", required: true, value: password, onChange: (event) => setPassword(event.currentTarget.value) }), _jsx(Button, { type: "submit", loading: signIn.isPending, children: session.signIn }), _jsxs(Group, { justify: "space-between", children: [_jsx(Anchor, { component: Link, to: "/forgot", size: "sm", children: session.forgot }), _jsxs(Text, { size: "sm", children: [session.noAccount, ' ', _jsx(Anchor, { component: Link, to: "/register", children: session.register })] })] })] }) }), _jsx(Anchor, { component: Link, to: "/open", size: "sm", mt: "md", display: "inline-block", children: session.withoutAccount })] }));
}
