import { Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { endpoints } from '@mroptimum/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { bytes, duration } from '../../components/format.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { setup } from '../../strings/setup.ts';

interface Props {
  /** What would be sent; undefined while something is wrong with it. */
  readonly request: Record<string, unknown> | undefined;
  readonly jobs: number;
}

/** What the job will take where it is to run. */
export function Estimate({ request, jobs }: Props) {
  const brain = useBrain();
  const [asked] = useDebouncedValue(request === undefined ? undefined : JSON.stringify(request), 300);
  const estimate = useQuery({
    queryKey: ['estimate', asked],
    queryFn: ({ signal }) => brain.call(endpoints.estimate, { body: JSON.parse(asked!), signal }),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
  });
  const known = request === undefined ? undefined : estimate.data;
  const times = jobs > 1 ? `${jobs} × ` : '';
  return (
    <Stack gap={4} aria-live="polite">
      <Text fw={600} size="sm">
        {setup.estimate}
      </Text>
      {known === undefined ? (
        <Text size="sm" c={estimate.error && request ? 'var(--mantine-color-error)' : 'dimmed'}>
          {estimate.error && request ? estimate.error.message : setup.noEstimate}
        </Text>
      ) : (
        <>
          <Row name={setup.time} value={`${times}${timeText(known.seconds)}`} />
          <Row name={setup.memory} value={`≤ ${bytes(known.bytes)}`} />
          <Row name={setup.cost} value={costText(known.cost * jobs)} />
          {!known.fits && (
            <Text size="sm" c="var(--mantine-color-error)">
              {setup.tooLarge}
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="sm" className="numeric">
        {value}
      </Text>
    </Group>
  );
}

/** "less than 1 s", "about 12 min" */
const timeText = (seconds: number): string =>
  seconds < 1 ? duration(seconds) : setup.about(duration(seconds));

/** US dollars, never less than a hundredth where it costs something. */
export function costText(cost: number): string {
  if (cost === 0) return setup.free;
  return cost < 0.01 ? '< US$ 0.01' : `≤ US$ ${cost.toFixed(2)}`;
}
