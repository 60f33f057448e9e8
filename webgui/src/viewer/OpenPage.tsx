import { Page } from '../components/Page.tsx';

export function OpenPage() {
  return <Page title="Open a file">{null}</Page>;
}
