import { ActionIcon, Badge, Button, Group, Menu, Select, Table, Text } from '@mantine/core';
import type { AccountView } from '@mroptimum/contract';
import { IconDots } from '@tabler/icons-react';
import { bytes, dateTime } from '../components/format.ts';
import { admin } from '../strings/admin.ts';
import type { useUserActions } from './useUsers.ts';

interface Props {
  readonly account: AccountView;
  readonly isMe: boolean;
  readonly actions: ReturnType<typeof useUserActions>;
  readonly onQuota: () => void;
  readonly onDisable: () => void;
}

const colours = { pending: 'yellow', approved: 'teal', disabled: 'gray' } as const;
const roles = Object.entries(admin.roles).map(([value, label]) => ({
  value: value as AccountView['level'],
  label,
}));

/** One account. */
export function UserRow({ account, isMe, actions, onQuota, onDisable }: Props) {
  const { id, email, username, firstname, lastname, institution, status, level, quota } = account;
  const name = [firstname, lastname].filter(Boolean).join(' ') || username;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {name} {isMe && <Badge size="xs">{admin.you}</Badge>}
        </Text>
        <Text size="xs" c="dimmed">
          {[email, institution].filter(Boolean).join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge size="sm" color={colours[status]}>
          {admin.status[status]}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Select
          size="xs"
          w={140}
          aria-label={admin.roleOf(email)}
          data={roles}
          value={level}
          disabled={isMe}
          allowDeselect={false}
          onChange={(role) => role && actions.role.mutate({ id, role })}
        />
      </Table.Td>
      <Table.Td>
        {quota.storageBytes === undefined ? (
          <Text size="sm" c="dimmed">
            {admin.asServer}
          </Text>
        ) : (
          bytes(quota.storageBytes)
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{dateTime(account.created_at)}</Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {status === 'pending' && (
            <Button
              size="compact-xs"
              aria-label={admin.approveUser(email)}
              onClick={() => actions.approve.mutate(id)}
            >
              {admin.approve}
            </Button>
          )}
          <Menu position="bottom-end" width={160}>
            <Menu.Target>
              <ActionIcon aria-label={admin.actions(email)}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onQuota}>{admin.quota}</Menu.Item>
              {status === 'disabled' && (
                <Menu.Item onClick={() => actions.approve.mutate(id)}>{admin.enable}</Menu.Item>
              )}
              {status !== 'disabled' && !isMe && (
                <Menu.Item color="red" onClick={onDisable}>
                  {admin.disable}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
