import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function OpenPage() {
    return _jsx(Page, { title: "Open a file", children: null });
}
