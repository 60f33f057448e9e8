import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Brain, Lease } from '@mroptimum/contract';
import { mayPass, patiently, type UnitApi, unitApi } from './api.ts';
import { Executor } from './executor.ts';
import { runLease } from './runLease.ts';
import { openSpool } from './spool.ts';

export interface WorkOptions {
  readonly brain: Brain;
  /** Undefined: the unit of the token's owner. */
  readonly unitId: string | undefined;
  /** Jobs at the same time, as far as their estimates fit the memory; the threads are shared out among them. */
  readonly jobs: number;
  readonly threads: number;
  readonly memoryBytes: number;
  /** Folder for files of running jobs. */
  readonly spool: string;
  readonly say: (text: string) => void;
}

/**
 * Takes jobs of a brain and does them until `stop` is raised. A server that is away is waited for; one that
 * refuses the token ends the work.
 *
 * @throws MRO_BRAIN_SIGN_IN, MRO_BRAIN_FORBIDDEN, MRO_BRAIN_NOT_FOUND
 */
export async function work(options: WorkOptions, stop: AbortSignal): Promise<void> {
  const { brain, jobs, threads, memoryBytes, say } = options;
  const api = unitApi(brain);
  const spool = await openSpool(options.spool);
  const executors = Array.from({ length: jobs }, () => new Executor());
  const free = [...executors];
  const running = new Map<Promise<void>, number>();
  const share = Math.max(1, Math.floor(threads / jobs));
  const cores = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  say(`Waiting for jobs of ${brain.origin}: ${cores}, ${(memoryBytes / 1e9).toFixed(1)} GB.`);
  try {
    while (!stop.aborted) {
      const executor = free.pop();
      if (!executor) {
        await Promise.race(running.keys());
        continue;
      }
      const room = memoryBytes - [...running.values()].reduce((sum, bytes) => sum + bytes, 0);
      const lease = await nextLease(api, options, { room, idle: running.size === 0 }, stop);
      if (!lease) {
        free.push(executor);
        continue;
      }
      const context = { api, executor, spool, threads: share, memoryBytes: room, stop, say };
      const job = runLease(lease, context).finally(() => {
        running.delete(job);
        free.push(executor);
      });
      running.set(job, Math.min(room, lease.memoryBytes));
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await Promise.allSettled(running.keys());
    for (const executor of executors) executor.stop();
    await rm(spool, { recursive: true, force: true });
  }
}

/** Asks for a job, however long the server is away. Beside running jobs it asks often: their memory comes free. */
async function nextLease(
  api: UnitApi,
  { brain, unitId, threads, say }: WorkOptions,
  { room, idle }: { readonly room: number; readonly idle: boolean },
  stop: AbortSignal,
): Promise<Lease | undefined> {
  const request = {
    worker: `${hostname().slice(0, 60)}-${process.pid}`,
    ...(unitId !== undefined && { computingUnitId: unitId }),
    memoryBytes: Math.max(0, room),
    threads,
    idle,
    waitSeconds: idle ? 20 : 1,
  };
  let away = false;
  return patiently(stop, async () => {
    try {
      const lease = await api.lease(request, stop);
      if (away) say('The server is back.');
      return lease;
    } catch (error) {
      if (!stop.aborted && !away && mayPass(error)) say(`${brain.origin} does not answer. Waiting for it.`);
      away = true;
      throw error;
    }
  });
}
