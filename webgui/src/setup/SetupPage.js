import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function SetupPage() {
    return _jsx(Page, { title: "Set up", children: null });
}
