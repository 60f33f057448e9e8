import { jsx as _jsx } from "react/jsx-runtime";
import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { shell } from '../strings/shell.ts';
/** Light or dark. */
export function SchemeSwitch() {
    const { setColorScheme } = useMantineColorScheme();
    const isDark = useComputedColorScheme('light') === 'dark';
    const label = isDark ? shell.toLight : shell.toDark;
    return (_jsx(Tooltip, { label: label, children: _jsx(ActionIcon, { size: "lg", "aria-label": label, onClick: () => setColorScheme(isDark ? 'light' : 'dark'), children: isDark ? _jsx(IconSun, { size: 18, stroke: 1.7 }) : _jsx(IconMoon, { size: 18, stroke: 1.7 }) }) }));
}
