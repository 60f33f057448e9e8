import { Page } from '../components/Page.tsx';

export function ForgotPage() {
  return <Page title="Forgotten password">{null}</Page>;
}
