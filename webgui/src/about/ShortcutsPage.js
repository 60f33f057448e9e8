import { jsx as _jsx } from "react/jsx-runtime";
import { Page } from '../components/Page.tsx';
export function ShortcutsPage() {
    return _jsx(Page, { title: "Keyboard", children: null });
}
