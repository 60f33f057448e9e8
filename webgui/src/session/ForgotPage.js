import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function ForgotPage() {
    return _jsx(Page, { title: "Forgotten password", children: null });
}
