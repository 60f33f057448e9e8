import { Page } from '../components/Page.tsx';

export function AdminPage() {
  return <Page title="Administration">{null}</Page>;
}
