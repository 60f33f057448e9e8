import { Page } from '../components/Page.tsx';

export function ShortcutsPage() {
  return <Page title="Keyboard">{null}</Page>;
}
