import { Alert, Card, Group, SegmentedControl, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import type { AccountView } from '@mroptimum/contract';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { ConfirmModal } from '../components/ConfirmModal.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { useProfile } from '../session/useProfile.ts';
import { admin } from '../strings/admin.ts';
import { QuotaModal } from './QuotaModal.tsx';
import { UserRow } from './UserRow.tsx';
import { useUserActions, useUsers } from './useUsers.ts';

const all = 'all';

/** All accounts: who waits is let in, roles and quotas are set, somebody is shut out. */
export function UsersCard() {
  const users = useUsers();
  const actions = useUserActions();
  const me = useProfile().data?.id;
  const [status, setStatus] = useState<string>(all);
  const [search, setSearch] = useState('');
  const [quotaOf, setQuotaOf] = useState<AccountView>();
  const [disabling, setDisabling] = useState<AccountView>();

  const list = users.data ?? [];
  const waiting = list.filter((user) => user.status === 'pending').length;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = list.filter((user) => {
    const text = `${user.email} ${user.username} ${user.firstname} ${user.lastname}`.toLowerCase();
    return (status === all || user.status === status) && words.every((word) => text.includes(word));
  });
  const { user, status: state, role, quota, since, actions: last } = admin.columns;
  return (
    <Card padding="sm">
      {waiting > 0 && (
        <Alert mb="sm" icon={<IconUserPlus aria-hidden />} role="status">
          {admin.waiting(waiting)}
        </Alert>
      )}
      <Group justify="space-between" mb="xs">
        <SegmentedControl
          size="xs"
          aria-label={admin.filter}
          value={status}
          onChange={setStatus}
          data={[
            { value: all, label: admin.all },
            ...Object.entries(admin.status).map(([value, label]) => ({ value, label })),
          ]}
        />
        <TextInput
          size="xs"
          w={220}
          data-search
          aria-label={admin.search}
          placeholder={admin.searchPlaceholder}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </Group>
      <ErrorNotice error={users.error ?? actions.error} />
      {users.isPending && <Loading />}
      {users.data && (
        <Table.ScrollContainer minWidth={640} type="native">
          <Table>
            <Table.Thead>
              <Table.Tr>
                {[user, state, role, quota, since].map((column) => (
                  <Table.Th key={column}>{column}</Table.Th>
                ))}
                <Table.Th>
                  <VisuallyHidden>{last}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((account) => (
                <UserRow
                  key={account.id}
                  account={account}
                  isMe={account.id === me}
                  actions={actions}
                  onQuota={() => setQuotaOf(account)}
                  onDisable={() => setDisabling(account)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {users.data && found.length === 0 && (
        <Text c="dimmed" p="sm">
          {admin.none}
        </Text>
      )}
      {quotaOf && <QuotaModal account={quotaOf} onClose={() => setQuotaOf(undefined)} />}
      {disabling && (
        <ConfirmModal
          opened
          title={admin.disableTitle(disabling.email)}
          text={admin.disableText}
          action={admin.disable}
          pending={actions.disable.isPending}
          error={actions.disable.error}
          onConfirm={() => actions.disable.mutate(disabling.id, { onSuccess: () => setDisabling(undefined) })}
          onClose={() => setDisabling(undefined)}
        />
      )}
    </Card>
  );
}
