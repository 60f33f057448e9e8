import { Page } from '../components/Page.tsx';

export function JobsPage() {
  return <Page title="Jobs">{null}</Page>;
}
