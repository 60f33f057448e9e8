import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asMroError } from '@mroptimum/calculation';
import { spooledFailure, spooledResult } from '@mroptimum/calculation/local';
import { type Lease, type LogEntry, MroError } from '@mroptimum/contract';
import { mayPass, patiently, type UnitApi } from './api.ts';
import type { Executor } from './executor.ts';
import type { JobOutcome } from './messages.ts';

const heartbeatMs = 1_000;
/** Lines that one heartbeat carries. */
const mostLines = 500;

export interface LeaseContext {
  readonly api: UnitApi;
  readonly executor: Executor;
  /** Folder of this worker. */
  readonly spool: string;
  readonly threads: number;
  readonly memoryBytes: number;
  /** Raised when the worker ends: the job is handed back. */
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
}

/** One leased job from its files to its callback, with a heartbeat a second all along. */
export async function runLease(lease: Lease, context: LeaseContext): Promise<void> {
  const { api, stop, say } = context;
  const folder = join(context.spool, lease.pipeline);
  const pulse = new Pulse(lease, api, stop);
  let delivered = false;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    say(`Job ${lease.pipeline}, attempt ${lease.attempt}.`);
    const outcome = await execute(lease, folder, context, pulse);
    if (outcome) {
      await deliver(lease, folder, outcome, api, pulse);
      delivered = true;
      say(`Job ${lease.pipeline}: ${outcome.kind}.`);
    }
  } catch (error) {
    if (!pulse.signal.aborted) say(`Job ${lease.pipeline}: ${asMroError(error).message}`);
  } finally {
    const verdict = await pulse.end();
    // After the result was delivered, a late heartbeat hears that there is no such lease any more.
    if (!delivered && verdict) say(`Job ${lease.pipeline}: ${verdict}.`);
    else if (!delivered && stop.aborted)
      await api.release(lease).catch(() => say('The job could not be handed back.'));
    await rm(folder, { recursive: true, force: true });
  }
}

async function execute(
  lease: Lease,
  spool: string,
  { executor, threads, memoryBytes }: LeaseContext,
  pulse: Pulse,
): Promise<JobOutcome | undefined> {
  const { job, inputs } = lease;
  const order = { job, inputs, spool, threads, memoryLimit: memoryBytes };
  try {
    return await executor.run(order, (news) => pulse.note(news), pulse.signal);
  } catch (error) {
    const { code, message, hint } = asMroError(error);
    return { kind: 'failed', error: { code, message, hint } };
  }
}

/** A bundle that the server refuses fails the job, with the reason, instead of leaving it to another worker. */
async function deliver(
  lease: Lease,
  folder: string,
  outcome: JobOutcome,
  api: UnitApi,
  pulse: Pulse,
): Promise<void> {
  const { signal } = pulse;
  try {
    await patiently(signal, () => report(lease, folder, outcome, api, pulse));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const { code, message, hint } = asMroError(thrown);
    await patiently(signal, () => api.report(lease, 'failed', { error: { code, message, hint } }));
    throw thrown;
  }
}

/** The last lines arrive before the end, since nobody listens after it. */
async function report(
  lease: Lease,
  folder: string,
  outcome: JobOutcome,
  api: UnitApi,
  pulse: Pulse,
): Promise<void> {
  if (outcome.kind === 'done') {
    await Promise.all([api.put(lease, 'result', spooledResult(folder)), pulse.flush()]);
    return api.report(lease, 'completed', {});
  }
  const path = spooledFailure(folder);
  const bundle = (await stat(path).catch(() => undefined)) !== undefined;
  await Promise.all([bundle && api.put(lease, 'failure', path), pulse.flush()]);
  await api.report(lease, 'failed', { error: outcome.error, bundle });
}

/** Heartbeats of one lease: carries what the calculation says, and raises `signal` when it must end. */
class Pulse {
  readonly signal: AbortSignal;
  readonly #lease: Lease;
  readonly #api: UnitApi;
  readonly #over = new AbortController();
  readonly #ended = new AbortController();
  readonly #beating: Promise<void>;
  #progress = 0;
  #lines: LogEntry[] = [];
  #verdict: 'cancelled' | 'given to another worker' | undefined;

  constructor(lease: Lease, api: UnitApi, stop: AbortSignal) {
    this.#lease = lease;
    this.#api = api;
    this.signal = AbortSignal.any([stop, this.#over.signal]);
    this.#beating = this.#beat();
  }

  note(news: { kind: 'progress'; fraction: number } | { kind: 'log'; entry: LogEntry }): void {
    if (news.kind === 'progress') this.#progress = news.fraction;
    else this.#lines.push(news.entry);
  }

  /** Says what was not said yet. */
  async flush(): Promise<void> {
    const log = this.#lines.splice(0, mostLines);
    try {
      const verdict = await this.#api.heartbeat(this.#lease, { progress: this.#progress, log });
      if (verdict === 'continue') return;
      this.#verdict = verdict === 'cancel' ? 'cancelled' : 'given to another worker';
      this.#over.abort();
    } catch (error) {
      // A server that is away gets the lines later; one that refuses the token will not take the result either.
      this.#lines = [...log, ...this.#lines].slice(-10 * mostLines);
      if (!mayPass(error) && error instanceof MroError) this.#over.abort();
    }
  }

  async end(): Promise<Pulse['verdict']> {
    this.#ended.abort();
    await this.#beating;
    return this.#verdict;
  }

  get verdict(): 'cancelled' | 'given to another worker' | undefined {
    return this.#verdict;
  }

  async #beat(): Promise<void> {
    const until = AbortSignal.any([this.#ended.signal, this.signal]);
    while (!until.aborted) {
      await sleep(heartbeatMs, undefined, { signal: until }).catch(() => {});
      if (!until.aborted) await this.flush();
    }
  }
}
