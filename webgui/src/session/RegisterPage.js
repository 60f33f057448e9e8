import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function RegisterPage() {
    return _jsx(Page, { title: "Register", children: null });
}
