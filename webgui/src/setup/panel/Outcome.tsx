import { Alert, Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { AnchorLink } from '../../components/links.tsx';
import { setup } from '../../strings/setup.ts';
import type { Sent } from './useQueue.ts';

interface Props {
  readonly sent: readonly Sent[];
  readonly busy: boolean;
  readonly onAgain: () => void;
}

/** What the server said to the jobs that were sent. */
export function Outcome({ sent, busy, onAgain }: Props) {
  const [first] = sent;
  if (!first) return null;
  if (sent.length === 1) {
    if (first.state === 'refused') return <ErrorNotice error={first.error} />;
    if (first.state !== 'queued') return null;
    return (
      <Alert
        color="green"
        role="status"
        icon={<IconCheck aria-hidden />}
        title={
          <Text fw={600} c="var(--mantine-color-text)">
            {setup.queued(first.alias, first.unit ?? '')}
          </Text>
        }
      >
        <JobLink id={first.id!}>{setup.follow}</JobLink>
      </Alert>
    );
  }
  const refused = sent.find(({ state }) => state === 'refused');
  return (
    <Stack gap="xs" role="status">
      <Table>
        <Table.Tbody>
          {sent.map(({ alias, state, id, error }) => (
            <Table.Tr key={alias}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {id === undefined ? alias : <JobLink id={id}>{alias}</JobLink>}
                {error && (
                  <Text size="xs" c="var(--mantine-color-error)">
                    {error.message}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">
                <Badge
                  color={state === 'queued' ? 'green' : state === 'refused' ? 'red' : 'gray'}
                  c="var(--mantine-color-text)"
                >
                  {words[state]}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="space-between">
        {refused && !busy && (
          <Button variant="default" size="xs" onClick={onAgain}>
            {setup.sendAgain}
          </Button>
        )}
        <AnchorLink to="/jobs" size="sm">
          {setup.allJobs}
        </AnchorLink>
      </Group>
    </Stack>
  );
}

function JobLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <AnchorLink size="sm" to="/jobs" search={{ job: id }}>
      {children}
    </AnchorLink>
  );
}

const words = {
  waiting: setup.waiting,
  sending: setup.sending,
  queued: setup.sent,
  refused: setup.refused,
} as const;
