import {
  Badge,
  Button,
  Card,
  Group,
  Progress,
  ScrollArea,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { resultMaps } from '@mroptimum/contract';
import { IconTableExport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useCompletedJobs } from '../compare/useCompletedJobs.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { minuteOf } from '../components/format.ts';
import { Page } from '../components/Page.tsx';
import { toCsv } from '../roi/model/table.ts';
import { Plot } from '../roi/Plot.tsx';
import { trend } from '../strings/report.ts';
import { readable } from '../viewer/model/format.ts';
import { save } from '../viewer/screenshot.ts';
import { control, isOutside, type TrendRegion } from './model/trend.ts';
import { type TrendPoint, useTrend } from './useTrend.ts';

const maps = Object.values(resultMaps)
  .filter(({ dim }) => dim === 3)
  .map(({ name }) => name);

/** Results that are read at most: the newest. */
const most = 50;

/** A protocol over time: the same map of every result that fits, measured at the same place. */
export function TrendPage() {
  const { jobs, error } = useCompletedJobs();
  const [words, setWords] = useState('');
  const [filter] = useDebouncedValue(words, 250);
  const [method, setMethod] = useState('');
  const [map, setMap] = useState<string>(resultMaps.snr.name);
  const [region, setRegion] = useState<TrendRegion>('bright');
  const methods = useMemo(() => [...new Set(jobs.map(methodOf))].filter((name) => name !== ''), [jobs]);
  const chosen = useMemo(
    () =>
      jobs
        .filter((job) => job.alias.toLowerCase().includes(filter.toLowerCase()))
        .filter((job) => method === '' || methodOf(job) === method)
        .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
        .slice(-most),
    [jobs, filter, method],
  );
  const points = useTrend(chosen, map, region);
  return (
    <Page title={trend.title}>
      <Stack>
        <Text c="dimmed">{trend.intro(most)}</Text>
        <ErrorNotice error={error} />
        <Group align="flex-end" gap="sm">
          <TextInput
            size="xs"
            label={trend.filter}
            value={words}
            onChange={(e) => setWords(e.currentTarget.value)}
          />
          <Select
            size="xs"
            label={trend.method}
            value={method}
            allowDeselect={false}
            data={[{ value: '', label: trend.anyMethod }, ...methods]}
            onChange={(value) => setMethod(value ?? '')}
          />
          <Select
            size="xs"
            label={trend.map}
            value={map}
            allowDeselect={false}
            data={maps}
            onChange={(value) => value && setMap(value)}
          />
          <Select
            size="xs"
            w={330}
            label={trend.region}
            value={region}
            allowDeselect={false}
            data={Object.entries(trend.regions).map(([value, label]) => ({ value, label }))}
            onChange={(value) => value && setRegion(value as TrendRegion)}
          />
        </Group>
        {points.length < chosen.length && (
          <Progress
            value={(100 * points.length) / chosen.length}
            aria-label={trend.loading(points.length, chosen.length)}
          />
        )}
        {chosen.length === 0 && <Text>{trend.none}</Text>}
        <Series points={points} map={map} />
      </Stack>
    </Page>
  );
}

const methodOf = ({ setup }: { setup: Record<string, unknown> }): string => {
  const { task } = setup as { task?: { name?: unknown } };
  return typeof task?.name === 'string' ? task.name.toLowerCase() : '';
};

function Series({ points, map }: { points: readonly TrendPoint[]; map: string }) {
  const found = useMemo(
    () => points.filter(({ statistics }) => statistics && statistics.count > 0),
    [points],
  );
  const band = useMemo(() => control(found.map(({ statistics }) => statistics!.mean)), [found]);
  const plotted = useMemo(
    () => ({
      x: found.map(({ job }) => Date.parse(job.createdAt) / 1000),
      series: [
        {
          label: trend.mean,
          colour: '#2285a1',
          values: found.map(({ statistics }) => statistics!.mean),
          points: true,
          joined: true,
        },
      ],
      levels: [
        { value: band.average, label: trend.average },
        ...(band.sd > 0
          ? [
              { value: band.limits[1], label: trend.upper },
              { value: band.limits[0], label: trend.lower },
            ]
          : []),
      ],
    }),
    [found, band],
  );
  if (found.length === 0) return null;
  const csv = (): void => {
    const rows = found.map(({ job, statistics }) => ({
      roi: job.alias || job.id,
      map: `${map} ${job.createdAt}`,
      statistics: statistics!,
    }));
    save(new Blob([toCsv(rows)], { type: 'text/csv' }), 'trend.csv');
  };
  return (
    <>
      <Card>
        <Plot
          label={`${trend.title}: ${map}`}
          x={plotted.x}
          series={plotted.series}
          levels={plotted.levels}
          height={300}
          time
        />
        <Group justify="space-between" mt="xs">
          <Text size="sm" data-testid="trend-summary">
            {trend.summary(
              found.length,
              readable(band.average),
              readable(band.sd, 3),
              readable((100 * band.sd) / band.average, 2),
            )}
          </Text>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTableExport size={15} aria-hidden />}
            onClick={csv}
          >
            {trend.csv}
          </Button>
        </Group>
      </Card>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': trend.jobs }}>
        <Table fz="sm" data-testid="trend">
          <Table.Thead>
            <Table.Tr>
              {[trend.date, trend.name, trend.mean, trend.sd, trend.median, trend.voxels].map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map((point) => (
              <Line
                key={point.job.id}
                point={point}
                outside={isOutside(point.statistics?.mean ?? Number.NaN, band)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </>
  );
}

function Line({ point: { job, statistics, error }, outside }: { point: TrendPoint; outside: boolean }) {
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{minuteOf(job.createdAt)}</Table.Td>
      <Table.Td>
        <Link to="/jobs/$id" params={{ id: job.id }} style={{ color: 'var(--mantine-color-anchor)' }}>
          {job.alias || job.id}
        </Link>
      </Table.Td>
      {statistics ? (
        <>
          <Table.Td>
            {readable(statistics.mean)}{' '}
            {outside && (
              <Badge color="red" size="sm" miw="max-content">
                {trend.outside}
              </Badge>
            )}
          </Table.Td>
          <Table.Td>{readable(statistics.sd)}</Table.Td>
          <Table.Td>{readable(statistics.median)}</Table.Td>
          <Table.Td>{statistics.count}</Table.Td>
        </>
      ) : (
        <Table.Td colSpan={4}>{error ? String((error as Error).message) : trend.missing}</Table.Td>
      )}
    </Table.Tr>
  );
}
