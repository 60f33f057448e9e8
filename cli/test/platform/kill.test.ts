import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Brain, connect, endpoints, MroError, tokensInMemory } from '@mroptimum/contract';
import { afterAll, expect, test } from 'vitest';
import { isSound, requiredObjects } from '../../../brain/src/providers/sqlite/snapshot.ts';
import { download } from '../../src/client/download.ts';
import { withUploads } from '../../src/client/submit.ts';
import { uploadFile } from '../../src/client/upload.ts';
import { uploadStates } from '../../src/client/uploadState.ts';
import { jobOf } from '../../src/task.ts';
import { eventually, mroptimum, startTestServer, type TestServer, testFolder } from './harness.ts';

/** How often something is killed; more by MRO_KILL_ROUNDS. */
const rounds = Number(process.env.MRO_KILL_ROUNDS ?? 5);
const seed = Number(process.env.MRO_KILL_SEED ?? Date.now() % 1e6);

const { at, remove } = testFolder();
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
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Does it again until the server is there. */
async function insistently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      const passing = error instanceof MroError && ['MRO_CLI_SERVER', 'MRO_INTERNAL'].includes(error.code);
      if (!passing || attempt === 60) throw error;
      await pause(500);
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

/** Process of the computing unit that wrote last. */
const unitOf = ({ log }: TestServer): number | undefined => {
  const pid = [...log().matchAll(/"unit":(\d+)/g)].at(-1)?.[1];
  return pid === undefined ? undefined : Number(pid);
};

test(`${rounds} kills of server and unit lose no job, double none, and leave no half (seed ${seed})`, {
  timeout: 60_000 + rounds * 30_000,
}, async () => {
  const simulate = ['simulate', '--coils', '4', '--matrix', '64,64', '-o', at('sim')];
  expect((await mroptimum({}, ...simulate)).code).toBe(0);
  server = await startTestServer(at('data'), ['--port', '0']);
  const port = new URL(server.address).port;
  const brain = await signedIn(server);
  const options = { noise: at('sim/noise.npy'), noiseAxes: 'cyx', axes: 'srczyx', sensitivities: 'inner' };
  const common = { ...options, window: 'hann', mask: 'no', recon: 'rss' } as const;
  const states = uploadStates(at('config'));
  const put = (path: string, name: string) => uploadFile(brain, path, { name, states });
  const job = await withUploads(
    brain,
    jobOf(at('sim/signal.npy'), { ...common, method: 'pmr', replicas: 1200 }),
    '/',
    put,
  );
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
  const upload = async (round: number): Promise<string> => {
    const path = at(`upload-${round}.npy`);
    const array = readFileSync(at('sim/signal.npy'));
    writeFileSync(path, Buffer.concat([array, randomBytes(12e6)]));
    return (await insistently(() => uploadFile(brain, path, { states }))).id;
  };

  const uploads: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const work = [queue(), queue(), upload(round).then((id) => uploads.push(id))];
    await pause(random() * 2500);
    const unit = unitOf(server);
    if (round % 2 === 0 || unit === undefined) {
      await server.end('SIGKILL');
      server = await startTestServer(at('data'), ['--port', port]);
    } else if (existsSync(`/proc/${unit}`)) {
      process.kill(unit, 'SIGKILL');
    }
    await Promise.all(work);
  }

  const jobs = await eventually(
    'all jobs have ended',
    async () => {
      const { jobs } = await insistently(() => brain.call(endpoints.jobs, { query: { limit: 200 } }));
      return jobs.every(({ status }) => status !== 'queued' && status !== 'running') ? jobs : undefined;
    },
    60 + 10 * rounds,
  );
  expect(jobs.length).toBe(keys.length);
  // With many rounds some jobs are hit in their middle, and done again.
  if (rounds >= 20) expect(jobs.some(({ attempts }) => attempts > 1)).toBe(true);
  let reference: Buffer | undefined;
  for (const { id, status, error, attempts } of jobs) {
    // A job in whose middle the unit was killed three times is given up, and says so.
    if (status === 'failed') {
      expect({ ...error, attempts }).toMatchObject({ code: 'MRO_JOB_LOST', attempts: 3 });
    } else {
      const { data } = await brain.call(endpoints.results, { params: { id } });
      await download(brain, data.find((map) => map.id === 0)!.link, at('snr.nii.gz'));
      reference ??= readFileSync(at('snr.nii.gz'));
      expect(readFileSync(at('snr.nii.gz')).equals(reference)).toBe(true);
    }
  }
  for (const [round, id] of uploads.entries()) {
    const file = await brain.call(endpoints.file, { params: { id } });
    await download(brain, file.link, at('back'), { sha256: file.sha256! });
    const sent = Array.from({ length: rounds }, (_, i) => readFileSync(at(`upload-${i}.npy`)));
    expect(
      sent.some((bytes) => bytes.equals(readFileSync(at('back')))),
      `upload ${round}`,
    ).toBe(true);
  }

  expect(await server.end('SIGTERM')).toBe(0);
  const records = at('data/records.sqlite');
  expect(isSound(records)).toBe(true);
  for (const key of requiredObjects(records)) {
    expect({ key, there: existsSync(at('data/objects/objects', key)) }).toEqual({ key, there: true });
  }
});
