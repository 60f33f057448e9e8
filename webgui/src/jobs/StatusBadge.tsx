import { Badge } from '@mantine/core';
import { jobs } from '../strings/jobs.ts';
import type { JobStatus } from './settings.ts';

const colours = {
  queued: 'gray',
  running: 'petrol',
  completed: 'teal',
  failed: 'red',
  cancelled: 'gray',
} as const satisfies Record<JobStatus, string>;

/** State of a job: a word, and a colour beside it. */
export function StatusBadge({ status }: { status: JobStatus }) {
  return (
    <Badge size="sm" color={colours[status]} variant={status === 'cancelled' ? 'outline' : 'light'}>
      {jobs.status[status]}
    </Badge>
  );
}
