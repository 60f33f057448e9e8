import { Page } from '../components/Page.tsx';

export function SetupPage() {
  return <Page title="Set up">{null}</Page>;
}
