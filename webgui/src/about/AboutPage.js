import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function AboutPage() {
    return _jsx(Page, { title: "About", children: null });
}
