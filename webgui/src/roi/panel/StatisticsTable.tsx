import { Button, Checkbox, Group, ScrollArea, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconTableExport } from '@tabler/icons-react';
import { useState } from 'react';
import { roi } from '../../strings/roi.ts';
import { hex } from '../../viewer/model/colours.ts';
import { readable } from '../../viewer/model/format.ts';
import type { Result } from '../../viewer/model/source.ts';
import { sameGrid } from '../../viewer/model/volume.ts';
import { save } from '../../viewer/screenshot.ts';
import { type Shown, shownOf } from '../../viewer/state/shown.ts';
import type { RoiEditor } from '../editor.ts';
import { type StatisticsRow, toCsv, toHtml, toTabbed } from '../model/table.ts';
import { type MeasuredRegion, measure, rowsOf } from '../useMeasured.ts';

interface Props {
  readonly editor: RoiEditor;
  readonly shown: Shown;
  readonly result: Result;
  readonly regions: readonly MeasuredRegion[];
}

/** What was measured in each region of the map on the screen; exported for it, or for all maps of the result. */
export function StatisticsTable({ editor, shown, result, regions }: Props) {
  const [allMaps, setAllMaps] = useState(false);
  const filled = regions.filter(({ voxels }) => voxels.length > 0);
  if (filled.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {roi.empty}
      </Text>
    );
  }
  const rows = async (): Promise<StatisticsRow[]> =>
    allMaps ? rowsOfAll(editor, shown, result) : rowsOf(regions, shown.name);
  const copy = async (): Promise<void> => {
    const table = await rows();
    toClipboard({ 'text/plain': toTabbed(table), 'text/html': toHtml(table) });
    notifications.show({ message: roi.copied });
  };
  const download = async (): Promise<void> =>
    save(new Blob([toCsv(await rows())], { type: 'text/csv' }), `${result.name} regions.csv`);
  const line = (name: string, cell: (region: MeasuredRegion) => string) => (
    <Table.Tr>
      <Table.Th scope="row" fw={400} c="dimmed">
        {name}
      </Table.Th>
      {filled.map((region) => (
        <Table.Td key={`${region.label} ${region.group}`}>{cell(region)}</Table.Td>
      ))}
    </Table.Tr>
  );
  const anyMissing = filled.some(({ statistics }) => statistics.notFinite > 0);
  const anyDifference = filled.some(({ differenceSnr }) => differenceSnr !== undefined);
  return (
    <div>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': roi.statistics }}>
        <Table fz="xs" verticalSpacing={3} horizontalSpacing={6} data-testid="statistics">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{shown.name}</Table.Th>
              {filled.map(({ name, colour, label, group }) => (
                <Table.Th
                  key={`${label} ${group}`}
                  scope="col"
                  style={{ borderBottom: `3px solid ${hex(colour)}` }}
                >
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {line(roi.mean, ({ statistics: s }) => readable(s.mean, 5))}
            {line(roi.sd, ({ statistics: s }) => readable(s.sd))}
            {line(roi.median, ({ statistics: s }) => readable(s.median))}
            {line(roi.range, ({ statistics: s }) => `${readable(s.min)} … ${readable(s.max)}`)}
            {line(roi.percentiles, ({ statistics: s }) =>
              s.percentiles.map((p) => readable(p, 3)).join(' · '),
            )}
            {line(roi.voxels, ({ statistics: s }) => String(s.count))}
            {anyMissing && line(roi.notFinite, ({ statistics: s }) => String(s.notFinite))}
            {line(roi.volume, ({ statistics: s }) => volumeOf(s.volume))}
            {anyDifference &&
              line(roi.difference, ({ differenceSnr }) => readable(differenceSnr ?? Number.NaN))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Group gap="xs" mt={8}>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconTableExport size={14} aria-hidden />}
          onClick={download}
        >
          {roi.csv}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconCopy size={14} aria-hidden />}
          onClick={copy}
        >
          {roi.copy}
        </Button>
        <Checkbox
          size="xs"
          label={roi.allMaps}
          checked={allMaps}
          onChange={(event) => setAllMaps(event.currentTarget.checked)}
        />
      </Group>
    </div>
  );
}

/** The same regions on every map of the result that has the same voxels. */
async function rowsOfAll(editor: RoiEditor, shown: Shown, result: Result): Promise<StatisticsRow[]> {
  const rows: StatisticsRow[] = [];
  for (const entry of result.maps) {
    if (entry.matrix) continue;
    const map = await entry.load();
    if (!sameGrid(map, shown.map)) continue;
    const component = map.complex ? 'magnitude' : 'real';
    rows.push(
      ...rowsOf(
        measure(editor, shownOf(entry.id, entry.name, map, { component, repetition: 0 })),
        entry.name,
      ),
    );
  }
  return rows;
}

/** mm³ as millilitres; nothing where the size of voxels is unknown. */
const volumeOf = (mm3: number): string =>
  Number.isNaN(mm3) ? '–' : `${readable(mm3 / 1000, 3)} ${roi.millilitres}`;

/**
 * Puts texts of several kinds on the clipboard: a spreadsheet takes one, a word processor the other. By the event of
 * copying, which works without encryption too, as in a lab's own network.
 */
function toClipboard(texts: Readonly<Record<string, string>>): void {
  const fill = (event: ClipboardEvent): void => {
    for (const [kind, text] of Object.entries(texts)) event.clipboardData?.setData(kind, text);
    event.preventDefault();
  };
  document.addEventListener('copy', fill, { once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', fill);
}
