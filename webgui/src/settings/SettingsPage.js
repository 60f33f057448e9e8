import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function SettingsPage() {
    return _jsx(Page, { title: "Settings", children: null });
}
