import { jsx as _jsx } from "react/jsx-runtime";
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/Page.tsx';
const route = getRouteApi('/signedIn/report/$id');
export function ReportPage() {
    const { id } = route.useParams();
    return _jsx(Page, { title: "Report", children: id });
}
