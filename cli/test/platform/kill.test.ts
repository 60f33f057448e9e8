import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Brain, connect, endpoints, MroError, tokensInMemory } from '@mroptimum/contract';
import { afterAll, expect, test } from 'vitest';
import { download } from '../../src/client/download.ts';
import { withUploads } from '../../src/client/submit.ts';
import { uploadFile } from '../../src/client/upload.ts';
import { uploadStates } from '../../src/client/uploadState.ts';
import { jobOf } from '../../src/task.ts';
import { audit } from './audit.ts';
import { eventually, mroptimum, startTestServer, type TestServer, testFolder } from './harness.ts';
import { familyOf, signal, steps, survivors, untilStep, type Victim, victims } from './victims.ts';

/** How often something is killed; more by MRO_KILL_ROUNDS, the same again by MRO_KILL_SEED. */
const rounds = Number(process.env.MRO_KILL_ROUNDS ?? 100);
const seed = Number(process.env.MRO_KILL_SEED ?? Date.now() % 1e6);

const { at, remove } = testFolder();
// Started a hundred times, the programs are compiled once.
const env = { NODE_COMPILE_CACHE: at('compiled') };
let server: TestServer | undefined;
afterAll(async () => {
  await server?.end('SIGKILL');
  remove();
});

/** Small numbers that come again with the same seed. */
let state = seed;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
const oneOf = <T>(things: readonly T[]): T => things[Math.floor(random() * things.length)]!;

/** Does it again until the server is there. */
async function insistently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      const passing = error instanceof MroError && ['MRO_CLI_SERVER', 'MRO_INTERNAL'].includes(error.code);
      if (!passing || attempt === 300) throw error;
      await pause(100);
    }
  }
}

async function signedIn({ address, administrator }: TestServer): Promise<Brain> {
  const session = connect({ origin: address, tokens: tokensInMemory() });
  await session.signIn(administrator!.email, administrator!.password);
  const scopes = ['data:read', 'data:write', 'jobs:read', 'jobs:write'] as const;
  const { token } = await session.call(endpoints.createToken, {
    body: { name: 'kill', scopes: [...scopes] },
  });
  return connect({ origin: address, tokens: tokensInMemory(), apiToken: token });
}

/** Every second time the server, so that the pauses of a unit that ends again and again do not grow long. */
const victimOf = (round: number): Victim => (round % 2 === 0 ? 'server' : oneOf(victims));

/** A moment to kill: at any time, or just when the server answers one of the steps of an upload or a job. */
async function moment(running: TestServer): Promise<void> {
  if (random() < 0.4) return pause(random() * 900);
  const [step, after] = [oneOf(steps), random() < 0.5 ? 0 : random() * 40];
  await untilStep(running, step, 900);
  if (after > 0) await pause(after);
}

test(`${rounds} kills of server, unit and calculation lose no job, double none, and leave no half (seed ${seed})`, {
  timeout: 120_000 + rounds * 15_000,
}, async () => {
  const simulate = ['simulate', '--coils', '4', '--matrix', '48,48', '-o', at('sim')];
  expect((await mroptimum(env, ...simulate)).code).toBe(0);
  const signalFile = at('sim/signal.npy');
  const replicas = 800;
  const line = ['snr', signalFile, '--noise', at('sim/noise.npy'), '--noise-axes', 'cyx', '--axes', 'srczyx'];
  const pmr = [...line, '--method', 'pmr', '--replicas', String(replicas), '--out', at('here'), '--quiet'];
  expect(await mroptimum(env, ...pmr)).toMatchObject({ code: 0 });
  const reference = readFileSync(at('here/data/SNR.nii.gz'));

  server = await startTestServer(at('data'), ['--port', '0'], env);
  const port = new URL(server.address).port;
  const brain = await signedIn(server);
  const states = uploadStates(at('config'));
  const put = (path: string, name: string) => uploadFile(brain, path, { name, states });
  const axes = { noise: at('sim/noise.npy'), noiseAxes: 'cyx', axes: 'srczyx', sensitivities: 'inner' };
  const task = { ...axes, window: 'hann', mask: 'no', recon: 'rss', method: 'pmr', replicas } as const;
  const job = await withUploads(brain, jobOf(signalFile, task), '/', put);
  // What a process compiled is kept when it ends by itself.
  expect(await server.end('SIGTERM')).toBe(0);
  server = await startTestServer(at('data'), ['--port', port], env);

  const keys: string[] = [];
  const queue = async (): Promise<void> => {
    const key = randomUUID();
    keys.push(key);
    const body = job as { task: unknown; output: unknown; version: unknown };
    const send = () => brain.call(endpoints.queue, { body, headers: { 'idempotency-key': key } });
    const first = await insistently(send);
    // As a client does that never saw the answer.
    expect((await insistently(send)).id).toBe(first.id);
  };
  const uploads = new Map<string, { path: string; id: string }>();
  const upload = async (name: string, extra: number): Promise<void> => {
    const path = at(name);
    writeFileSync(path, Buffer.concat([readFileSync(signalFile), randomBytes(extra)]));
    uploads.set(name, { path, id: (await insistently(() => uploadFile(brain, path, { states }))).id });
  };
  const family = new Set<number>();
  const killed: Record<Victim, number> = { server: 0, unit: 0, calculation: 0, 'server and unit': 0 };

  for (let round = 0; round < rounds; round += 1) {
    // Every fifth consists of two parts.
    const large = round % 5 === 0 ? 10.5e6 : 2e5;
    const work = [queue(), upload(`a-${round}.npy`, 1e5 * random()), upload(`b-${round}.npy`, large)];
    const done = Promise.all(work);
    done.catch(() => {});
    await moment(server);
    let victim = victimOf(round);
    const { unit, calculation } = familyOf(server);
    for (const pid of [unit, calculation]) if (pid !== undefined) family.add(pid);
    const aim = victim === 'calculation' ? calculation : victim === 'server' ? undefined : unit;
    // Between two units there is only the server to be killed.
    if (aim === undefined || !signal(aim, 'SIGKILL')) victim = 'server';
    killed[victim] += 1;
    if (victim === 'server' || victim === 'server and unit') {
      await server.end('SIGKILL');
      server = await startTestServer(at('data'), ['--port', port], env);
    }
    await done;
  }

  const allJobs = async () => {
    const jobs = [];
    for (let cursor: string | undefined; ; ) {
      const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
      const page = await insistently(() => brain.call(endpoints.jobs, { query }));
      jobs.push(...page.jobs);
      cursor = page.nextCursor;
      if (cursor === undefined) return jobs;
    }
  };
  const ended = () =>
    eventually(
      'all jobs have ended',
      async () => {
        const jobs = await allJobs();
        return jobs.every(({ status }) => status !== 'queued' && status !== 'running') ? jobs : undefined;
      },
      120 + 5 * rounds,
    );
  const first = await ended();
  // A job in whose middle something was killed three times is given up, says so, and can be tried again.
  const givenUp = first.filter(({ status }) => status !== 'completed');
  for (const { id, status, error, attempts } of givenUp) {
    const told = { status, code: error?.code, attempts };
    expect(told).toEqual({ status: 'failed', code: 'MRO_JOB_LOST', attempts: 3 });
    await brain.call(endpoints.retryJob, { params: { id } });
  }
  for (const { id, status, error } of await ended()) {
    expect({ status, error }).toEqual({ status: 'completed', error: undefined });
    const { data } = await brain.call(endpoints.results, { params: { id } });
    await download(brain, data.find((map) => map.id === 0)!.link, at('snr.nii.gz'));
    expect(readFileSync(at('snr.nii.gz')).equals(reference)).toBe(true);
  }
  for (const [name, { path, id }] of uploads) {
    const file = await brain.call(endpoints.file, { params: { id } });
    await download(brain, file.link, at('back'), { sha256: file.sha256! });
    expect({ name, filename: file.filename }).toEqual({ name, filename: name });
    expect(readFileSync(at('back')).equals(readFileSync(path)), name).toBe(true);
  }

  const { unit, calculation } = familyOf(server);
  for (const pid of [unit, calculation]) if (pid !== undefined) family.add(pid);
  expect(await server.end('SIGTERM')).toBe(0);
  await eventually('no process is left', async () => survivors(family).length === 0 || undefined, 5);
  const again = await audit(at('data'), keys, ['signal.npy', 'noise.npy', ...uploads.keys()]);
  // With many rounds many jobs are hit in their middle, and done again.
  if (rounds >= 20) expect(again).toBeGreaterThan(rounds / 10);
  process.stdout.write(`killed ${JSON.stringify({ ...killed, again, givenUp: givenUp.length, seed })}\n`);
});
