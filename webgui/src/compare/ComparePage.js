import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function ComparePage() {
    return _jsx(Page, { title: "Compare", children: null });
}
