import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { common } from '../strings/common.ts';
import { Page } from './Page.tsx';
/** An address without a page. */
export function NotFound() {
    return (_jsxs(Page, { title: common.notFound, width: "narrow", children: [_jsx(Text, { mb: "sm", children: common.notFoundHint }), _jsx(Anchor, { component: Link, to: "/", children: common.goHome })] }));
}
