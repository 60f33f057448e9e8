import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { asMroError } from '@mroptimum/calculation';
import type { Brain } from '@mroptimum/contract';
import { mayPass, patiently, unitApi } from './api.ts';
import { Executor } from './executor.ts';
import { runLease } from './runLease.ts';
import { openSpool } from './spool.ts';

export interface WorkOptions {
  readonly brain: Brain;
  /** Undefined: the unit of the token's owner. */
  readonly unitId: string | undefined;
  readonly threads: number;
  readonly memoryBytes: number;
  /** Folder for files of running jobs. */
  readonly spool: string;
  readonly say: (text: string) => void;
}

/**
 * Takes jobs of a brain and does them, one after the other, until `stop` is raised. A server that is away is
 * waited for; one that refuses the token ends the work.
 *
 * @throws MRO_BRAIN_SIGN_IN, MRO_BRAIN_FORBIDDEN, MRO_BRAIN_NOT_FOUND
 */
export async function work(options: WorkOptions, stop: AbortSignal): Promise<void> {
  const { brain, unitId, threads, memoryBytes, say } = options;
  const api = unitApi(brain);
  const spool = await openSpool(options.spool);
  const executor = new Executor();
  const request = {
    worker: `${hostname().slice(0, 60)}-${process.pid}`,
    ...(unitId !== undefined && { computingUnitId: unitId }),
    memoryBytes,
    threads,
    idle: true,
    waitSeconds: 20,
  };
  say(`Waiting for jobs of ${brain.origin}: ${threads} threads, ${(memoryBytes / 1e9).toFixed(1)} GB.`);
  let away = false;
  try {
    while (!stop.aborted) {
      const lease = await patiently(stop, async () => {
        try {
          const given = await api.lease(request, stop);
          if (away) say('The server is back.');
          away = false;
          return given;
        } catch (error) {
          if (!stop.aborted && !away && mayPass(error)) say(`${asMroError(error).message} Waiting for it.`);
          away = true;
          throw error;
        }
      });
      if (lease) await runLease(lease, { api, executor, spool, threads, memoryBytes, stop, say });
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    executor.stop();
    await rm(spool, { recursive: true, force: true });
  }
}
