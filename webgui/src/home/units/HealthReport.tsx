import { Button, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useBrain } from '../../session/BrainProvider.tsx';
import { units } from '../../strings/units.ts';

/** What the server found when it looked at a unit, in words. */
export function HealthReport({ unitId }: { unitId: string }) {
  const brain = useBrain();
  const report = useQuery({
    queryKey: ['health', unitId],
    queryFn: ({ signal }) => brain.call(endpoints.checkUnit, { params: { id: unitId }, signal }),
    staleTime: 0,
    gcTime: 0,
  });
  if (report.isPending) return <Loading />;
  return (
    <Stack>
      <ErrorNotice error={report.error} />
      {report.data && (
        <>
          <Text fw={600} role="status">
            {report.data.ok ? units.healthy : units.unhealthy}
          </Text>
          <List spacing="xs" listStyleType="none">
            {report.data.checks.map(({ what, ok, advice }) => (
              <List.Item
                key={what}
                icon={
                  <ThemeIcon size={22} radius="xl" variant="light" color={ok ? 'teal' : 'red'}>
                    {ok ? (
                      <IconCheck size={14} aria-label={units.good} />
                    ) : (
                      <IconAlertTriangle size={14} aria-label={units.bad} />
                    )}
                  </ThemeIcon>
                }
              >
                <Text size="sm" fw={500}>
                  {what}
                </Text>
                <Text size="sm" c="dimmed">
                  {advice}
                </Text>
              </List.Item>
            ))}
          </List>
        </>
      )}
      <Group justify="flex-end">
        <Button size="xs" variant="default" loading={report.isFetching} onClick={() => void report.refetch()}>
          {units.aws.check}
        </Button>
      </Group>
    </Stack>
  );
}
