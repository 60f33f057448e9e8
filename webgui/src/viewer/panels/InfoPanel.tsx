import { Code, ScrollArea, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { flattened } from '../../compare/model/settings.ts';
import { clockTime } from '../../components/format.ts';
import { viewer } from '../../strings/viewer.ts';
import type { Result } from '../model/source.ts';
import { summaryOf } from '../model/summary.ts';
import type { MapVolume } from '../model/volume.ts';

/** How a result came about: what matters in one table, and below it every setting. */
export function InfoPanel({ result, map }: { result: Result; map: MapVolume | undefined }) {
  const [filter, setFilter] = useState('');
  const settings = [...flattened(result.info.headers.options)].filter(([path, value]) =>
    `${path} ${value}`.toLowerCase().includes(filter.toLowerCase()),
  );
  return (
    <Stack gap="sm">
      <Pairs rows={summaryOf(result.info, map)} />
      <Title order={2} size="h3">
        {viewer.allSettings}
      </Title>
      <TextInput
        size="xs"
        aria-label={viewer.filterSettings}
        placeholder={viewer.filterSettings}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <Pairs rows={settings} code />
    </Stack>
  );
}

function Pairs({ rows, code = false }: { rows: readonly (readonly [string, string])[]; code?: boolean }) {
  return (
    <Table fz="xs" verticalSpacing={3} horizontalSpacing={4} layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400} c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {code ? <Code fz="xs">{value}</Code> : value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** The log of a calculation, line by line. */
export function LogPanel({ result }: { result: Result }) {
  const { log } = result.info.headers;
  if (log.length === 0) return <Text c="dimmed">{viewer.noLog}</Text>;
  return (
    <ScrollArea.Autosize mah="60vh" viewportProps={{ tabIndex: 0, 'aria-label': viewer.log, role: 'region' }}>
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {log.map((entry, i) => (
          <li key={i}>
            <Text size="xs" c="dimmed" className="numeric">
              {clockTime(entry.when)}
            </Text>
            <Text size="sm" c={/error/i.test(entry.type) ? 'var(--mantine-color-error)' : undefined}>
              {entry.what}
            </Text>
          </li>
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}
