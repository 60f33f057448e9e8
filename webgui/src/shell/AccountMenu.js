import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Avatar, Button, Menu, UnstyledButton } from '@mantine/core';
import { IconInfoCircle, IconKeyboard, IconLogout, IconSettings, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { queryClient } from '../queries/client.ts';
import { useBrain, useSignedIn } from '../session/BrainProvider.tsx';
import { useProfile } from '../session/useProfile.ts';
import { shell } from '../strings/shell.ts';
const icon = { size: 16, stroke: 1.7, 'aria-hidden': true };
/** Who is signed in, and the pages that belong to an account. */
export function AccountMenu() {
    const brain = useBrain();
    const signedIn = useSignedIn();
    const { data: profile } = useProfile();
    if (!signedIn) {
        return (_jsx(Button, { component: Link, to: "/login", size: "xs", variant: "light", children: shell.signIn }));
    }
    const signOut = async () => {
        await brain.signOut();
        queryClient.clear();
    };
    const initials = profile && (`${profile.firstname[0] ?? ''}${profile.lastname[0] ?? ''}` || profile.username[0]);
    return (_jsxs(Menu, { position: "bottom-end", width: 220, children: [_jsx(Menu.Target, { children: _jsx(UnstyledButton, { "aria-label": shell.account, children: _jsx(Avatar, { size: 32, color: "petrol", radius: "xl", children: initials?.toUpperCase() }) }) }), _jsxs(Menu.Dropdown, { children: [profile && _jsx(Menu.Label, { children: profile.email }), _jsx(Menu.Item, { component: Link, to: "/settings", leftSection: _jsx(IconSettings, { ...icon }), children: shell.settings }), profile?.isAdmin && (_jsx(Menu.Item, { component: Link, to: "/admin", leftSection: _jsx(IconUsers, { ...icon }), children: shell.admin })), _jsx(Menu.Item, { component: Link, to: "/shortcuts", leftSection: _jsx(IconKeyboard, { ...icon }), children: shell.shortcuts }), _jsx(Menu.Item, { component: Link, to: "/about", leftSection: _jsx(IconInfoCircle, { ...icon }), children: shell.about }), _jsx(Menu.Divider, {}), _jsx(Menu.Item, { onClick: signOut, leftSection: _jsx(IconLogout, { ...icon }), children: shell.signOut })] })] }));
}
