import { notifications } from '@mantine/notifications';
import type { PipelineView } from '@mroptimum/contract';
import { useEffect, useRef } from 'react';
import { jobs as words } from '../strings/jobs.ts';
import { isActive, type JobStatus, nameOf } from './settings.ts';

/** Says when a job that was seen under way completes or fails. */
export function useAnnounceEnds(jobs: readonly PipelineView[]): void {
  const seen = useRef(new Map<string, JobStatus>());
  useEffect(() => {
    for (const job of jobs) {
      const before = seen.current.get(job.id);
      seen.current.set(job.id, job.status);
      if (before === undefined || !isActive(before)) continue;
      if (job.status === 'completed') notifications.show({ message: words.finished(nameOf(job)) });
      if (job.status === 'failed')
        notifications.show({ color: 'red', message: words.failedNow(nameOf(job)) });
    }
  }, [jobs]);
}
