import { endpoints, type MroError } from '@mroptimum/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { asMroError } from '../../components/ErrorNotice.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';

/** A job as it will be sent: its name and the request itself. */
export interface Prepared {
  readonly alias: string;
  readonly request: Record<string, unknown>;
}

/** Where one of the jobs stands. */
export interface Sent extends Prepared {
  readonly state: 'waiting' | 'sending' | 'queued' | 'refused';
  /** Said by the server. */
  readonly id?: string;
  readonly unit?: string;
  readonly error?: MroError;
}

/**
 * Sends jobs one after the other. Each has a key of its own that stays the same until the server has taken it,
 * so that a second attempt after a broken connection makes no second job.
 */
export function useQueue() {
  const brain = useBrain();
  const client = useQueryClient();
  const keysOf = useRef(new Map<string, string>());
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const [busy, setBusy] = useState(false);

  async function sendOne({ request }: Prepared): Promise<Pick<Sent, 'state' | 'id' | 'unit' | 'error'>> {
    const text = JSON.stringify(request);
    const key = keysOf.current.get(text) ?? crypto.randomUUID();
    keysOf.current.set(text, key);
    try {
      const answer = await brain.call(endpoints.queue, {
        body: request as { task: unknown },
        headers: { 'idempotency-key': key },
        repeatable: true,
      });
      keysOf.current.delete(text);
      return { state: 'queued', id: answer.id, unit: answer.computingUnit.alias };
    } catch (error) {
      return { state: 'refused', error: asMroError(error) };
    }
  }

  async function send(jobs: readonly Sent[]): Promise<void> {
    setBusy(true);
    let current = jobs;
    const put = (at: number, changes: Partial<Sent>): void => {
      current = current.map((job, i) => (i === at ? { ...job, ...changes } : job));
      setSent(current);
    };
    for (const [at, job] of jobs.entries()) {
      if (job.state === 'queued') continue;
      put(at, { state: 'sending', error: undefined });
      put(at, await sendOne(job));
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: keys.jobs });
  }

  return {
    sent,
    busy,
    queue: (jobs: readonly Prepared[]) => send(jobs.map((job) => ({ ...job, state: 'waiting' as const }))),
    /** Those that were refused, once more. */
    sendAgain: () => send(sent),
    forget: () => setSent([]),
  };
}
