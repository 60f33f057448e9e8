import { Page } from '../components/Page.tsx';

export function ComparePage() {
  return <Page title="Compare">{null}</Page>;
}
