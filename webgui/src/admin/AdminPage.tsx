import { Stack, Text } from '@mantine/core';
import { Page } from '../components/Page.tsx';
import { UnitsCard } from '../home/units/UnitsCard.tsx';
import { useProfile } from '../session/useProfile.ts';
import { admin } from '../strings/admin.ts';
import { UsersCard } from './UsersCard.tsx';

/** Accounts and computing units of the whole server. */
export function AdminPage() {
  const { data: profile } = useProfile();
  return (
    <Page title={admin.title}>
      {profile && !profile.isAdmin && <Text role="alert">{admin.only}</Text>}
      {profile?.isAdmin && (
        <Stack>
          <UsersCard />
          <UnitsCard />
        </Stack>
      )}
    </Page>
  );
}
