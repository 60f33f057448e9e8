import { Page } from '../components/Page.tsx';

export function TrendPage() {
  return <Page title="Trend">{null}</Page>;
}
