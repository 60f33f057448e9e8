import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/Page.tsx';
import { settings } from '../strings/settings.ts';
import { AccountTab } from './AccountTab.tsx';
import { GeneralTab } from './GeneralTab.tsx';
import { TokensTab } from './TokensTab.tsx';
import { type SettingsTab, settingsTabs } from './tabs.ts';

const route = getRouteApi('/signedIn/settings');
const contents: Readonly<Record<SettingsTab, () => React.ReactNode>> = {
  general: GeneralTab,
  account: AccountTab,
  tokens: TokensTab,
};

/** Settings; the address names the tab. */
export function SettingsPage() {
  const { tab = 'general' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={settings.title} width="medium">
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({ search: { tab: settingsTabs.find((known) => known === next) }, replace: true })
        }
      >
        <Tabs.List mb="md">
          {settingsTabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {settings.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {settingsTabs.map((name) => {
          const Content = contents[name];
          return (
            <Tabs.Panel key={name} value={name}>
              <Content />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Page>
  );
}
