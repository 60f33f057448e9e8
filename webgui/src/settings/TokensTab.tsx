import { ActionIcon, Badge, Button, Card, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmModal } from '../components/ConfirmModal.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { ago, dateTime } from '../components/format.ts';
import { Loading } from '../components/Loading.tsx';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { settings } from '../strings/settings.ts';
import { NewToken } from './NewToken.tsx';

const words = settings.tokens;

/** Personal tokens: what they may do, when they were used; a new one is shown once. */
export function TokensTab() {
  const brain = useBrain();
  const queries = useQueryClient();
  const tokens = useQuery({
    queryKey: keys.tokens,
    queryFn: async ({ signal }) => (await brain.call(endpoints.tokens, { signal })).items,
  });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<{ id: string; name: string }>();
  const revoke = useMutation({
    mutationFn: (id: string) => brain.call(endpoints.deleteToken, { params: { id } }),
    onSuccess: () => {
      setRevoking(undefined);
      void queries.invalidateQueries({ queryKey: keys.tokens });
    },
  });
  const { name, scopes, created, used, ends, actions } = words.columns;
  return (
    <Card>
      <Group justify="space-between" align="flex-start" mb="sm">
        <Text c="dimmed" flex="1 1 260px" maw={520}>
          {words.lead}
        </Text>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
          {words.make}
        </Button>
      </Group>
      <ErrorNotice error={tokens.error} />
      {tokens.isPending && <Loading />}
      {tokens.data?.length === 0 && <Text c="dimmed">{words.none}</Text>}
      {tokens.data && tokens.data.length > 0 && (
        <Table.ScrollContainer minWidth={320} type="native">
          <Table>
            <Table.Thead>
              <Table.Tr>
                {[name, scopes].map((column) => (
                  <Table.Th key={column}>{column}</Table.Th>
                ))}
                {[created, used].map((column) => (
                  <Table.Th key={column} visibleFrom="sm">
                    {column}
                  </Table.Th>
                ))}
                <Table.Th>{ends}</Table.Th>
                <Table.Th>
                  <VisuallyHidden>{actions}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tokens.data.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td fw={500}>{token.name}</Table.Td>
                  <Table.Td>
                    <Group gap={4}>
                      {token.scopes.map((scope) => (
                        <Badge key={scope} size="xs" color="gray" title={words.scope[scope]}>
                          {scope}
                        </Badge>
                      ))}
                    </Group>
                  </Table.Td>
                  <Table.Td visibleFrom="sm">{ago(token.createdAt)}</Table.Td>
                  <Table.Td visibleFrom="sm">
                    {token.lastUsedAt ? ago(token.lastUsedAt) : words.unused}
                  </Table.Td>
                  <Table.Td>{token.expiresAt ? dateTime(token.expiresAt) : words.never}</Table.Td>
                  <Table.Td>
                    <ActionIcon
                      color="red"
                      aria-label={words.revoke(token.name)}
                      onClick={() => setRevoking(token)}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {making && <NewToken onClose={() => setMaking(false)} />}
      {revoking && (
        <ConfirmModal
          opened
          title={words.revokeTitle}
          text={words.revokeText(revoking.name)}
          action={words.revokeAction}
          pending={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(revoking.id)}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Card>
  );
}
