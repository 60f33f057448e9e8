import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/Page.tsx';

const route = getRouteApi('/signedIn/jobs/$id');

export function ResultPage() {
  const { id } = route.useParams();
  return <Page title="Result">{id}</Page>;
}
