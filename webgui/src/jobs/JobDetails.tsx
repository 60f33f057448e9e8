import { Button, Drawer, Group, Progress, Stack, Text } from '@mantine/core';
import { endpoints, type PipelineView } from '@mroptimum/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice, ProblemNotice } from '../components/ErrorNotice.tsx';
import { Facts } from '../components/Facts.tsx';
import { dateTime, duration } from '../components/format.ts';
import { Loading } from '../components/Loading.tsx';
import { ButtonLink } from '../components/links.tsx';
import { useUnits } from '../home/units/useUnits.ts';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { common } from '../strings/common.ts';
import { jobs as words } from '../strings/jobs.ts';
import { JobLog } from './JobLog.tsx';
import { StatusBadge } from './StatusBadge.tsx';
import { isActive, nameOf, secondsLeft, secondsTaken, settingsOf } from './settings.ts';
import { useJobActions } from './useJobActions.ts';
import { useJobEvents } from './useJobEvents.ts';

/** The story of one job beside the list: state, progress, log as it comes, why it failed. */
export function JobDetails({ id, onClose }: { id: string; onClose: () => void }) {
  const brain = useBrain();
  const job = useQuery({
    queryKey: keys.job(id),
    queryFn: ({ signal }) => brain.call(endpoints.job, { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && isActive(state.data.status) ? 5000 : false),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={560}
      title={job.data ? nameOf(job.data) : common.loading}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <ErrorNotice error={job.error} />
      {job.isPending && <Loading />}
      {job.data && <Story job={job.data} />}
    </Drawer>
  );
}

function Story({ job }: { job: PipelineView }) {
  const queries = useQueryClient();
  const actions = useJobActions();
  const units = useUnits();
  const [run, setRun] = useState(0);
  const story = useJobEvents(job.id, run, () => {
    void queries.invalidateQueries({ queryKey: keys.job(job.id) });
  });
  const progress = Math.max(job.progress, story.progress ?? 0);
  const left = secondsLeft({ ...job, progress });
  const taken = secondsTaken(job);
  const unit = units.data?.find(({ computingUnitId }) => computingUnitId === job.computingUnitId);
  const facts: [string, string | undefined][] = [
    [words.columns.settings, settingsOf(job)],
    [words.unit, unit?.alias],
    [words.queuedAt, dateTime(job.createdAt)],
    [words.startedAt, job.startedAt && dateTime(job.startedAt)],
    [words.duration, taken === undefined ? undefined : duration(taken)],
    [words.id, job.id],
  ];
  return (
    <Stack>
      <Group gap="xs">
        <StatusBadge status={job.status} />
        {job.attempts > 1 && (
          <Text size="xs" c="dimmed">
            {words.attempt(job.attempts)}
          </Text>
        )}
        {job.status === 'queued' && (
          <Text size="sm" c="dimmed">
            {words.waits}
          </Text>
        )}
        {left !== undefined && (
          <Text size="sm" c="dimmed" className="numeric">
            {Math.round(100 * progress)} % · {words.eta(duration(left))}
          </Text>
        )}
      </Group>
      {job.status === 'running' && (
        <Progress value={100 * progress} size="sm" aria-label={words.progressOf(nameOf(job))} />
      )}
      {story.offline && (
        <Text size="sm" c="dimmed" role="status">
          {words.offline}
        </Text>
      )}
      {job.error && <ProblemNotice problem={job.error} />}
      <ErrorNotice error={actions.error} />
      <Group gap="xs">
        {job.status === 'completed' && (
          <ButtonLink size="xs" to="/jobs/$id" params={{ id: job.id }}>
            {words.open}
          </ButtonLink>
        )}
        {isActive(job.status) && (
          <Button size="xs" variant="default" onClick={() => actions.cancel.mutate(job)}>
            {words.cancel}
          </Button>
        )}
        {(job.status === 'failed' || job.status === 'cancelled') && (
          <Button
            size="xs"
            variant="default"
            loading={actions.retry.isPending}
            onClick={() => actions.retry.mutate(job, { onSuccess: () => setRun((count) => count + 1) })}
          >
            {words.retry}
          </Button>
        )}
        <ButtonLink size="xs" variant="default" to="/setup" search={{ job: job.id }}>
          {words.duplicate}
        </ButtonLink>
      </Group>
      <Facts facts={facts} />
      <JobLog lines={story.lines} />
    </Stack>
  );
}
