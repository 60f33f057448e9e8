import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/Page.tsx';

const route = getRouteApi('/signedIn/report/$id');

export function ReportPage() {
  const { id } = route.useParams();
  return <Page title="Report">{id}</Page>;
}
