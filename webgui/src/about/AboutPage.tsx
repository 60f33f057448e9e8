import { Page } from '../components/Page.tsx';

export function AboutPage() {
  return <Page title="About">{null}</Page>;
}
