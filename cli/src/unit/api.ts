import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Brain,
  callbackAnswerSchema,
  callbackSignatureHeader,
  callbackTimeHeader,
  type Endpoint,
  type Heartbeat,
  heartbeatAnswerSchema,
  heartbeatSchema,
  type Lease,
  type LeaseRequest,
  leaseAnswerSchema,
  leaseRequestSchema,
  MroError,
  outputAnswerSchema,
  outputRequestSchema,
  signCallback,
  type Verdict,
} from '@mroptimum/contract';
import { z } from 'zod';

const post = <Body extends z.ZodType | undefined, Answer extends z.ZodType>(
  path: string,
  body: Body,
  answer: Answer,
): Endpoint<Answer, Body> => ({ method: 'POST', path, body, answer, anonymous: false, repeatable: false });

const endpoints = {
  lease: post('/api/unit/lease', leaseRequestSchema, leaseAnswerSchema),
  heartbeat: post('/api/unit/lease/{id}/heartbeat', heartbeatSchema, heartbeatAnswerSchema),
  output: post('/api/unit/lease/{id}/output', outputRequestSchema, outputAnswerSchema),
  release: post('/api/unit/lease/{id}/release', undefined, z.unknown()),
};

/** What a worker says to its brain about leases. */
export interface UnitApi {
  lease(request: LeaseRequest, signal: AbortSignal): Promise<Lease | undefined>;
  heartbeat(lease: Lease, beat: Heartbeat): Promise<Verdict>;
  /** Puts a bundle where the brain says. */
  put(lease: Lease, kind: 'result' | 'failure', path: string): Promise<void>;
  report(lease: Lease, what: 'completed' | 'failed', more: Readonly<Record<string, unknown>>): Promise<void>;
  release(lease: Lease): Promise<void>;
}

export function unitApi(brain: Brain): UnitApi {
  return {
    lease: async (body, stop) =>
      within(
        60,
        async (signal) => (await brain.call(endpoints.lease, { body, signal })).lease ?? undefined,
        stop,
      ),
    heartbeat: ({ leaseId }, body) =>
      within(10, async (signal) => {
        const params = { id: leaseId };
        return (await brain.call(endpoints.heartbeat, { params, body, signal })).verdict;
      }),
    put: async ({ leaseId }, kind, path) => {
      const { size } = await stat(path);
      const { url } = await brain.call(endpoints.output, { params: { id: leaseId }, body: { kind, size } });
      await putFile(url, path);
    },
    report: async ({ pipeline, leaseId, secret }, what, more) => {
      const body = JSON.stringify({ pipeline, lease: leaseId, ...more });
      const time = Math.floor(Date.now() / 1000);
      const response = await brain.send({
        method: 'POST',
        url: `/api/pipeline/${what}`,
        anonymous: true,
        repeatable: true,
        headers: {
          [callbackTimeHeader]: String(time),
          [callbackSignatureHeader]: await signCallback(secret, time, body),
        },
        body,
      });
      callbackAnswerSchema.parse(await response.json());
    },
    release: ({ leaseId }) =>
      within(10, async (signal) => {
        await brain.call(endpoints.release, { params: { id: leaseId }, signal });
      }),
  };
}

/** A server that says nothing for too long is like one that is away. */
async function within<T>(
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  const limit = AbortSignal.timeout(1000 * seconds);
  try {
    return await work(stop ? AbortSignal.any([limit, stop]) : limit);
  } catch (error) {
    if (limit.aborted && !stop?.aborted) throw new TypeError('the server does not answer', { cause: error });
    throw error;
  }
}

/** The file is streamed: a bundle may be larger than memory. */
async function putFile(url: string, path: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body: await openAsBlob(path) });
  const { ok, status } = response;
  await response.body?.cancel();
  if (ok) return;
  if (status >= 500 || status === 429) throw new TypeError(`status ${status}`);
  throw new MroError('MRO_BRAIN_UPLOAD', `The server did not take the bundle: it answers ${status}.`);
}

const longestPauseMs = 5_000;

/** Whether the server may simply be away for a while: its process is started again, the network comes back. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof MroError)) return error instanceof TypeError;
  return ['MRO_CLI_SERVER', 'MRO_INTERNAL', 'MRO_BRAIN_TOO_MANY', 'MRO_BRAIN_STORAGE'].includes(error.code);
}

/**
 * Does something again and again while the server is away, with growing pauses. Everything that a worker says
 * may arrive twice without harm.
 */
export async function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let pause = 250; ; pause = Math.min(longestPauseMs, 2 * pause)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
