import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  eventually,
  mroptimum,
  mroptimumHere,
  startTestServer,
  startTestUnit,
  type TestServer,
  testFolder,
} from './harness.ts';

const { at, remove } = testFolder();
let server: TestServer;
const ada = { email: 'ada@example.org', password: 'Only-4-tests, please' };
const env = (who: string) => ({ MRO_CONFIG: at('config', who), MRO_SERVER: server.address });

/** Runs a command as somebody, expects it to succeed, gives what it printed as JSON. */
async function run(who: string, ...args: string[]) {
  const { code, out, err } = await mroptimumHere(env(who), ...args, '--json');
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

beforeAll(async () => {
  server = await startTestServer(at('data'), ['--port', '0']);
  const made = await mroptimum(
    {},
    'simulate',
    '--coils',
    '4',
    '--matrix',
    '48,48',
    '--repetitions',
    '4',
    '-o',
    at('sim'),
  );
  expect(made.code).toBe(0);
});
afterAll(async () => {
  await server.end('SIGTERM');
  remove();
});

const signal = () => [
  at('sim/signal.npy'),
  '--axes',
  'srczyx',
  '--noise',
  at('sim/noise.npy'),
  '--noise-axes',
  'cyx',
];

describe('an account', () => {
  test('is registered, approved by the administrator of the first start, and signs in', async () => {
    const brain = connect({ origin: server.address, tokens: tokensInMemory() });
    const body = { ...ada, username: 'ada', firstname: 'Ada', lastname: 'Lovelace' };
    expect(await brain.call(endpoints.register, { body })).toMatchObject({ status: 'pending' });

    const login = (who: string, { email, password }: typeof ada) =>
      mroptimum({ ...env(who), MRO_PASSWORD: password }, 'login', '--email', email);
    expect(await login('ada', ada)).toMatchObject({ code: 6 });
    expect(await login('admin', server.administrator!)).toMatchObject({ code: 0 });
    expect((await run('admin', 'admin', 'users', '--status', 'pending')).users).toMatchObject([
      { email: ada.email },
    ]);
    await run('admin', 'admin', 'approve', ada.email);
    expect(await login('ada', ada)).toMatchObject({ code: 0 });
    expect(await run('ada', 'whoami')).toMatchObject({ email: ada.email, level: 'user' });
    expect(statSync(at('config/ada/accounts.json')).mode & 0o777).toBe(0o600);
  });
});

describe('a file', () => {
  test('whose upload was interrupted is completed by its missing parts', async () => {
    const path = at('large.npy');
    const header = readFileSync(at('sim/signal.npy'));
    // Several parts: the array once, then bytes that belong to nothing.
    writeFileSync(path, Buffer.concat([header, Buffer.alloc(40e6, 7)]));
    const interrupted = await interruptedUpload(path);
    expect(interrupted).toBe(130);
    const { code, out, err } = await mroptimum(env('ada'), 'data', 'put', path, '--json');
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(err).toContain('Going on with an earlier upload');
    const [file] = JSON.parse(out).files;
    await run('ada', 'data', 'get', file.id, '--out', at('back.npy'));
    expect(readFileSync(at('back.npy')).equals(readFileSync(path))).toBe(true);
    await run('ada', 'data', 'rm', file.id);
    expect((await run('ada', 'data', 'ls')).files).toEqual([]);
  });

  /** Ctrl-C when the first part has arrived. */
  async function interruptedUpload(path: string): Promise<number> {
    const { run: runHere } = await import('../../src/program.ts');
    const before = { ...process.env };
    Object.assign(process.env, env('ada'));
    try {
      let stop = (): void => {};
      return await runHere(['data', 'put', path], {
        out: () => {},
        err: (text) => {
          if (/\d0 %/.test(text)) stop();
        },
        interactive: false,
        columns: 80,
        onInterrupt: (listener) => {
          stop = listener;
          return () => {};
        },
      });
    } finally {
      process.env = before;
    }
  }
});

describe('a job', () => {
  const methods: Readonly<Record<string, string[]>> = {
    ac: [],
    mr: [],
    pmr: ['--replicas', '8', '--seed', '3'],
    cr: ['--box', '3', '--matlab'],
    di: ['--box', '3'],
  };
  const undersampled = ['--decimate', '--accelerations', '1,2', '--acl'];
  const reconstructions: Readonly<Record<string, string[]>> = {
    rss: [],
    b1: ['--coils', '--mask', 'percentage:10'],
    sense: [...undersampled, 'null,16', '--gfactor'],
    grappa: [...undersampled, '24,24'],
  };
  const cases = Object.entries(methods).flatMap(([method, some]) =>
    Object.entries(reconstructions).map(([recon, more]): [string, string[]] => [
      `${method}-${recon}`,
      ['--method', method, '--recon', recon, ...some, ...more],
    ]),
  );

  test.each(cases)('%s gives the same bits as the command on this machine', async (name, options) => {
    const here = await mroptimumHere({}, 'snr', ...signal(), ...options, '--out', at(`${name}-here`), '-q');
    expect(here.code).toBe(0);
    const done = await run('ada', 'exec', ...signal(), ...options, '--out', at(`${name}-there`), '-q');
    expect(done.job).toEqual(expect.any(String));
    for (const folder of [at(`${name}-there`), at(`${name}-there/data`)]) {
      const other = folder.replace('-there', '-here');
      expect(readdirSync(folder).toSorted()).toEqual(readdirSync(other).toSorted());
      for (const file of readdirSync(folder)) {
        if (file === 'info.json' || !file.includes('.')) continue;
        const same = readFileSync(`${folder}/${file}`).equals(readFileSync(`${other}/${file}`));
        expect({ file, same }).toEqual({ file, same: true });
      }
    }
  });

  test('shows progress and log to who watches, and its files were uploaded once', async () => {
    const { jobs } = await run('ada', 'jobs', 'ls', '--limit', '100');
    expect(jobs.map(({ status }: { status: string }) => status)).toEqual(cases.map(() => 'completed'));
    expect((await run('ada', 'data', 'ls')).files.length).toBe(2);
    const watched = await mroptimumHere(env('ada'), 'jobs', 'watch', jobs[0].id);
    expect(watched.err).toContain('MR Optimum');
    expect(watched.out).toContain('completed');
  });

  test('that fails says why, with the code of the engine', async () => {
    const args = ['exec', at('sim/signal.npy'), '--axes', 'xyc', '--out', at('failed'), '--json', '-q'];
    const { code, out } = await mroptimumHere(env('ada'), ...args);
    expect(code).toBeGreaterThan(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/^MRO_(JOB|RAW|TASK|SNR)_/) },
    });
    expect(existsSync(at('failed'))).toBe(false);
  });

  test('of somebody else is not there', async () => {
    const { jobs } = await run('ada', 'jobs', 'ls', '--limit', '1');
    const other = await mroptimumHere(env('admin'), 'jobs', 'show', jobs[0].id);
    expect(other).toMatchObject({ code: 5, err: expect.stringContaining('MRO_BRAIN_NOT_FOUND') });
  });

  test('that is cancelled ends, and is deleted with its results', async () => {
    const task = JSON.parse(readFileSync(at('pmr-grappa-here/info.json'), 'utf8')).headers.options;
    task.options.NR = 20_000;
    task.options.reconstructor.options.signal.options = {
      type: 'local',
      filename: 'sim/signal.npy',
      options: { axes: 'srczyx' },
    };
    task.options.reconstructor.options.noise.options = {
      type: 'local',
      filename: 'sim/noise.npy',
      options: { axes: 'cyx' },
    };
    writeFileSync(at('task.json'), JSON.stringify(task));
    const { job: id } = await run('ada', 'jobs', 'submit', at('task.json'), '--alias', 'long');
    const status = async () => (await run('ada', 'jobs', 'show', id)).job.status;
    await eventually('running', async () => ((await status()) === 'running' ? true : undefined));
    await run('ada', 'jobs', 'cancel', id);
    await eventually('cancelled', async () => ((await status()) === 'cancelled' ? true : undefined), 5);
    await run('ada', 'jobs', 'rm', id);
    expect(await mroptimum(env('ada'), 'jobs', 'show', id)).toMatchObject({ code: 5 });
  });
});

describe('a computing unit of the lab', () => {
  test('is registered with a token of its own, joins, and calculates what is sent to it', async () => {
    const { computingUnitId, token } = await run('ada', 'units', 'register', '--alias', 'big machine');
    const worker = startUnit(token, computingUnitId);
    try {
      const here = ['--unit', computingUnitId, '--out', at('lab.zip'), '-q'];
      const { job } = await run('ada', 'exec', ...signal(), ...here);
      expect((await run('ada', 'jobs', 'show', job)).job).toMatchObject({
        computingUnitId,
        status: 'completed',
      });
      expect((await run('ada', 'units', 'check', computingUnitId)).ok).toBe(true);
    } finally {
      await worker.end();
    }
    await run('ada', 'units', 'rm', computingUnitId);
    const { computingUnits } = await run('ada', 'units', 'ls');
    expect(computingUnits.map(({ alias }: { alias: string }) => alias)).toEqual(['This server']);
  });

  const startUnit = (token: string, unit: string) =>
    startTestUnit({ MRO_TOKEN: token }, '--brain', server.address, '--unit', unit, '--threads', '1');
});

test('signing out leaves no token, and the next command says what to do', async () => {
  await run('ada', 'logout');
  expect(readFileSync(at('config/ada/accounts.json'), 'utf8')).not.toContain('refresh');
  const { code, err } = await mroptimum(env('ada'), 'data', 'ls');
  expect(code).toBe(6);
  expect(err).toContain('mroptimum login');
});

test('no token and no password stands in the log', () => {
  expect(server.log()).not.toMatch(/eyJ|mro_[\w-]{20}|Only-4-tests/);
  expect(server.log()).not.toContain(server.administrator!.password);
});
