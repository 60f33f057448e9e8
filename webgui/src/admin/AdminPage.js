import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function AdminPage() {
    return _jsx(Page, { title: "Administration", children: null });
}
