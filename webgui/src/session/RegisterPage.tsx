import { Page } from '../components/Page.tsx';

export function RegisterPage() {
  return <Page title="Register">{null}</Page>;
}
