import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function TrendPage() {
    return _jsx(Page, { title: "Trend", children: null });
}
