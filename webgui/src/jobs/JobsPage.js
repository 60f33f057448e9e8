import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function JobsPage() {
    return _jsx(Page, { title: "Jobs", children: null });
}
