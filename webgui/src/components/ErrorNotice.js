import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Alert, Code, Group, Text } from '@mantine/core';
import { MroError } from '@mroptimum/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import { common } from '../strings/common.ts';
/** Any error as one of the catalogue: what is none of ours becomes MRO_INTERNAL. */
export function asMroError(error) {
    if (error instanceof MroError)
        return error;
    return new MroError('MRO_INTERNAL', error instanceof Error ? error.message : String(error), {
        cause: error,
    });
}
/** An error as people read it: what happened, what to do, and the code to look up. Nothing where there is none. */
export function ErrorNotice({ error, children }) {
    if (error === null || error === undefined)
        return null;
    const { code, message, hint } = asMroError(error);
    return _jsx(ProblemNotice, { problem: { code, message, hint }, children: children });
}
/** The same for an error that the server stored, of a failed job or a refused file. */
export function ProblemNotice({ problem, children }) {
    return (_jsxs(Alert, { color: "red", variant: "light", role: "alert", icon: _jsx(IconAlertTriangle, { "aria-hidden": true }), title: _jsx(Text, { fw: 600, children: problem.message }), children: [_jsx(Text, { size: "sm", children: problem.hint }), _jsxs(Group, { justify: "space-between", mt: "xs", children: [_jsx(Code, { "aria-label": common.errorCode, children: problem.code }), children] })] }));
}
