import { jsx as _jsx } from "react/jsx-runtime";
import { Center, Loader } from '@mantine/core';
import { common } from '../strings/common.ts';
/** Something is on its way. */
export function Loading({ label = common.loading }) {
    return (_jsx(Center, { p: "xl", role: "status", "aria-label": label, children: _jsx(Loader, { size: "sm" }) }));
}
