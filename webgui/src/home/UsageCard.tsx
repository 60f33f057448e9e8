import { Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import { bytes } from '../components/format.ts';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { useProfile } from '../session/useProfile.ts';
import { home } from '../strings/home.ts';

const modes = ['local', 'mode1', 'mode2'] as const;

/** How much of the quotas is used: storage, and the calculations of this month by mode. */
export function UsageCard() {
  const { data: profile } = useProfile();
  return (
    <Card>
      <Title order={2} mb="sm">
        {home.usage}
      </Title>
      <Stack gap="sm">
        {profile && (
          <Meter
            label={home.storage}
            value={profile.usage.storageBytes}
            limit={profile.usage.storageLimit}
            show={bytes}
          />
        )}
        {modes.map((mode) => (
          <JobsMeter key={mode} mode={mode} />
        ))}
      </Stack>
    </Card>
  );
}

/** Modes that were never used are left out, but for the one of the lab. */
function JobsMeter({ mode }: { mode: (typeof modes)[number] }) {
  const brain = useBrain();
  const { data } = useQuery({
    queryKey: keys.counts(mode),
    queryFn: ({ signal }) => brain.call(endpoints.count, { query: { mode }, signal }),
  });
  if (!data || (data.count === 0 && mode !== 'local')) return null;
  return (
    <Meter
      label={home.jobsThisMonth(home.modes[mode])}
      value={data.count}
      limit={data.limit}
      show={(value) => value.toLocaleString('en')}
    />
  );
}

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly limit: number | undefined;
  readonly show: (value: number) => string;
}

function Meter({ label, value, limit, show }: MeterProps) {
  const fraction = limit === undefined || limit === 0 ? 0 : value / limit;
  return (
    <div>
      <Group justify="space-between" mb={3} gap="xs">
        <Text size="sm">{label}</Text>
        <Text size="sm" c="dimmed" className="numeric">
          {limit === undefined ? show(value) : home.used(show(value), show(limit))}
        </Text>
      </Group>
      <Progress
        size={5}
        value={100 * fraction}
        color={fraction > 0.9 ? 'red' : 'petrol'}
        aria-label={label}
      />
    </div>
  );
}
