import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Box, Container, Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { common } from '../strings/common.ts';
const widths = { narrow: 640, normal: 1320, wide: '100%' };
/** Frame of a page: its heading, the title of the tab, its width. */
export function Page({ title, actions, width = 'normal', children }) {
    useDocumentTitle(`${title} · ${common.product}`);
    return (_jsxs(Container, { size: widths[width], px: { base: 'sm', sm: 'lg' }, py: "md", children: [_jsxs(Group, { justify: "space-between", mb: "md", gap: "sm", children: [_jsx(Title, { order: 1, children: title }), actions] }), _jsx(Box, { children: children })] }));
}
