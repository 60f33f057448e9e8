import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { AppShell, Box, Burger, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useSignedIn } from '../session/BrainProvider.tsx';
import { shell } from '../strings/shell.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { Brand } from './Brand.tsx';
import { PageLinks } from './PageLinks.tsx';
import { SchemeSwitch } from './SchemeSwitch.tsx';
import classes from './Shell.module.css';
import { useSignInAgain } from './useSignInAgain.ts';
/** What stands around every page: brand, links, theme, account. */
export function Shell() {
    const [opened, { toggle, close }] = useDisclosure(false);
    const signedIn = useSignedIn();
    const path = useRouterState({ select: ({ location }) => location.pathname });
    useSignInAgain();
    useEffect(close, [path]);
    return (_jsxs(AppShell, { header: { height: 52 }, padding: 0, children: [_jsx("a", { className: "skip-link", href: "#content", children: shell.skip }), _jsx(AppShell.Header, { className: classes.header, children: _jsxs(Group, { h: "100%", px: { base: 'sm', sm: 'lg' }, gap: "md", wrap: "nowrap", children: [_jsx(Burger, { opened: opened, onClick: toggle, hiddenFrom: "md", size: "sm", "aria-label": shell.menu }), _jsx(Brand, {}), _jsx(Box, { visibleFrom: "md", component: "nav", "aria-label": shell.navigation, className: classes.links, children: _jsx(PageLinks, { signedIn: signedIn }) }), _jsxs(Group, { gap: "xs", ml: "auto", wrap: "nowrap", children: [_jsx(SchemeSwitch, {}), _jsx(AccountMenu, {})] })] }) }), _jsx(Drawer, { opened: opened, onClose: close, hiddenFrom: "md", size: 260, title: _jsx(Brand, {}), closeButtonProps: { 'aria-label': shell.closeMenu }, children: _jsx("nav", { "aria-label": shell.navigation, className: classes.drawer, children: _jsx(PageLinks, { signedIn: signedIn }) }) }), _jsx(AppShell.Main, { id: "content", tabIndex: -1, children: _jsx(Outlet, {}) })] }));
}
