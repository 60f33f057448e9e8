import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function HomePage() {
    return _jsx(Page, { title: "Home", children: null });
}
