import { ScrollArea, Table, Text } from '@mantine/core';
import { compare } from '../strings/compare.ts';
import type { Result } from '../viewer/model/source.ts';
import { differingSettings } from './model/settings.ts';

/** Settings and facts that are not the same in all results. */
export function SettingsTable({ results }: { results: readonly Result[] }) {
  const rows = differingSettings(results.map(({ info }) => ({ ...info.headers.options, info: info.info })));
  if (rows.length === 0) return <Text c="dimmed">{compare.noDifference}</Text>;
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': compare.settings }}>
      <Table fz="xs" verticalSpacing={3} horizontalSpacing={6} data-testid="differences">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{compare.setting}</Table.Th>
            {results.map(({ name }, i) => (
              <Table.Th key={`${i} ${name}`} title={name}>
                {compare.letters[i]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ path, values }) => (
            <Table.Tr key={path}>
              <Table.Th fw={400} style={{ overflowWrap: 'anywhere' }}>
                {path}
              </Table.Th>
              {values.map((value, i) => (
                <Table.Td key={`${i} ${value}`} style={{ overflowWrap: 'anywhere' }}>
                  {value}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
