import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../src/program.ts';

let folder = '';
const at = (...parts: string[]): string => join(folder, ...parts);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mroptimum-cli-'));
  await mroptimum('simulate', '--coils', '4', '--matrix', '32,32', '--out', at('sim'));
  await mroptimum(
    'simulate',
    '--coils',
    '4',
    '--matrix',
    '32,32',
    '--format',
    'twix',
    '--oversampling',
    '2',
    '-o',
    at('twix'),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. `interruptAt`: Ctrl-C when stderr has said this. */
async function mroptimum(...args: string[]): Promise<Ran>;
async function mroptimum(options: { interruptAt: string }, ...args: string[]): Promise<Ran>;
async function mroptimum(first: string | { interruptAt: string }, ...rest: string[]): Promise<Ran> {
  const args = typeof first === 'string' ? [first, ...rest] : rest;
  const interruptAt = typeof first === 'string' ? undefined : first.interruptAt;
  let out = '';
  let err = '';
  let interrupt = (): void => {};
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      if (interruptAt !== undefined && err.includes(interruptAt)) interrupt();
    },
    interactive: false,
    columns: 80,
    onInterrupt: (stop) => {
      interrupt = stop;
      return () => {};
    },
  });
  return { code, out, err };
}

const signal = (): string[] => [
  at('sim/signal.npy'),
  '--axes',
  'srczyx',
  '--noise',
  at('sim/noise.npy'),
  '--noise-axes',
  'cyx',
];

describe('a path', () => {
  test('that is empty is refused', async () => {
    const { code, err } = await mroptimum('snr', at('sim', 'signal.npy'), '--axes', 'cyx', '--out', '');
    expect(code).toBe(2);
    expect(err).toContain('Expected a path');
  });

  test('below a file is a destination that cannot be written, and no failure bundle is promised', async () => {
    const out = at('sim', 'signal.npy', 'result.zip');
    const { code, err } = await mroptimum('snr', at('twix', 'signal.dat'), '--quiet', '--out', out);
    expect(code).toBe(4);
    expect(err).toMatch(/could not be written: .* file/);
    expect(err).not.toContain('failed.zip');
  });

  test.skipIf(process.platform === 'win32')('of a pipe is refused at once', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const { code, err } = await mroptimum('info', at('pipe'));
    expect(code).toBe(3);
    expect(err).toContain('no ordinary file');
  });
});

describe('mroptimum snr', () => {
  test('writes the folder of the contract, and says what it found', async () => {
    const { code, out, err } = await mroptimum('snr', ...signal(), '--out', at('result'), '--threads', '1');
    expect(code).toBe(0);
    expect(readdirSync(at('result')).toSorted()).toEqual(['data', 'info.json', 'preview.png']);
    expect(readdirSync(at('result/data')).toSorted()).toEqual([
      'NC.nii.gz',
      'NCC.nii.gz',
      'RECON.nii.gz',
      'SNR.nii.gz',
    ]);
    expect(out).toMatch(/SNR \d.* median/);
    expect(out).toContain(at('result'));
    expect(err).toContain('Noise covariance of 4 coils');
  });

  test('--json prints exactly one object on stdout, and --quiet nothing else', async () => {
    const args = [
      '--recon',
      'sense',
      '--decimate',
      '--accelerations',
      '1,2',
      '--acl',
      'null,16',
      '--gfactor',
      '--coils',
      '--matlab',
    ];
    const { code, out, err } = await mroptimum(
      'snr',
      ...signal(),
      ...args,
      '-o',
      at('r.zip'),
      '--json',
      '--quiet',
      '-t',
      '1',
    );
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.trim().split('\n')).toHaveLength(1);
    const summary = JSON.parse(out);
    expect(summary).toMatchObject({
      ok: true,
      out: at('r.zip'),
      method: 'ac',
      reconstruction: 'sense',
      snrUnits: 'absolute',
    });
    expect(summary.snr.p5).toBeLessThan(summary.snr.median);
    expect(summary.gFactor.median).toBeGreaterThan(1);
    expect(summary.timings.total).toBeGreaterThan(0);
    expect(summary.maps.map((map: { id: number }) => map.id)).toEqual([
      0, 1, 2, 3, 4, 7, 1000, 1001, 1002, 1003,
    ]);
    expect(readFileSync(at('r.zip')).subarray(0, 2).toString()).toBe('PK');
  });

  test.each([
    ['an unknown option', ['snr', 'x.dat', '--frobnicate'], 2, /unknown option/],
    ['a value out of range', ['snr', 'x.dat', '--replicas', '1'], 2, /at least 2/],
    [
      'an unknown method',
      ['snr', 'x.dat', '--method', 'magic'],
      2,
      /Allowed choices are ac, mr, pmr, cr, di/,
    ],
    ['a command that does not exist', ['frobnicate'], 2, /unknown command/],
    ['a mask without its value', ['snr', 'x.dat', '--mask', 'threshold'], 2, /threshold:V/],
    ['a missing file', ['snr', 'gone.dat'], 3, /MRO_RAW_READ: gone\.dat .*does not exist/],
    ['info of a missing file', ['info', 'gone.dat'], 3, /MRO_RAW_READ/],
    ['a missing task', ['run', 'gone.json'], 3, /MRO_CLI_FILE/],
  ])('%s: exit code, and why', async (_, args, expected, said) => {
    const calculates = args[0] === 'snr' || args[0] === 'run';
    const { code, err, out } = await mroptimum(
      args[0]!,
      ...args.slice(1),
      ...(calculates ? ['--out', at('bad')] : []),
    );
    expect(code).toBe(expected);
    expect(err).toMatch(said);
    expect(out).toBe('');
  });

  test('a failed calculation: exit code 1, the code in JSON, the failure bundle beside the result', async () => {
    const { code, out } = await mroptimum(
      'snr',
      ...signal(),
      '--method',
      'mr',
      '--out',
      at('failing'),
      '--json',
      '-q',
    );
    expect(code).toBe(1);
    const said = JSON.parse(out);
    expect(said).toMatchObject({ ok: false, error: { code: 'MRO_SNR_REPLICAS' }, out: at('failing-failed') });
    expect(said.error.hint).not.toBe('');
    expect(existsSync(at('failing'))).toBe(false);
    expect(JSON.parse(readFileSync(at('failing-failed/error.json'), 'utf8')).code).toBe('MRO_SNR_REPLICAS');
  });

  test('a second result in the same folder leaves no map of the first', async () => {
    const sense = [
      '--recon',
      'sense',
      '--decimate',
      '--accelerations',
      '1,2',
      '--gfactor',
      '--coils',
      '--matlab',
    ];
    const to = ['-o', at('twice'), '-q', '-t', '1'];
    await mroptimum('snr', ...signal(), ...sense, ...to);
    expect(readdirSync(at('twice/data'))).toContain('G.nii.gz');
    writeFileSync(at('twice/data/notes.txt'), 'mine');
    await mroptimum('snr', ...signal(), ...to);
    expect(readdirSync(at('twice/data')).toSorted()).toEqual([
      'NC.nii.gz',
      'NCC.nii.gz',
      'RECON.nii.gz',
      'SNR.nii.gz',
      'notes.txt',
    ]);
    expect(existsSync(at('twice/matlab.mat'))).toBe(false);
  });

  test('a destination that cannot be written: exit code 4', async () => {
    writeFileSync(at('file'), '');
    const { code, err } = await mroptimum('snr', ...signal(), '--out', at('file/below'), '-q', '-t', '1');
    expect(code).toBe(4);
    expect(err).toContain('a part of the path is a file');
  });

  test('Ctrl-C: exit code 130 and nothing half-written', async () => {
    const interrupted = await mroptimum(
      { interruptAt: 'Noise covariance' },
      'snr',
      ...signal(),
      ...['--method', 'pmr', '--replicas', '5000', '--out', at('stopped'), '-t', '1'],
    );
    expect(interrupted.code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});

describe('mroptimum run', () => {
  const task = (file: string) => ({
    version: 'v0',
    acquisition: 2,
    name: 'AC',
    options: {
      reconstructor: {
        name: 'RSS',
        options: {
          signal: { type: 'file', options: { type: 's3', bucket: 'b', key: `id_1/${file}`, filename: file } },
        },
      },
    },
  });

  test('finds files of a bucket by their name in --data', async () => {
    writeFileSync(at('task.json'), JSON.stringify(task('signal.dat')));
    const { code } = await mroptimum(
      'run',
      at('task.json'),
      '--data',
      at('twix'),
      '--out',
      at('ran'),
      '-q',
      '-t',
      '1',
    );
    expect(code).toBe(0);
    expect(existsSync(at('ran/data/SNR.nii.gz'))).toBe(true);
    const without = await mroptimum('run', at('task.json'), '--out', at('ran2'), '-q');
    expect(without.code).toBe(3);
    expect(without.err).toContain('--data');
  });

  test('a task that is not JSON, or asks for something unknown: exit code 2', async () => {
    writeFileSync(at('broken.json'), '{"version": "v0",\n');
    expect((await mroptimum('run', at('broken.json'), '--out', at('x'), '-q')).code).toBe(2);
  });
});

describe('other commands', () => {
  test('info describes a twix file', async () => {
    const { code, out } = await mroptimum('info', at('twix/signal.dat'));
    expect(code).toBe(0);
    expect(out).toMatch(/format +twix VE11C/);
    expect(out).toMatch(/matrix +32 × 32/);
    expect(out).toMatch(/noise +.*256 × 64 samples, 4 coils/);
    const { out: json } = await mroptimum('info', at('twix/signal.dat'), '--json');
    expect(JSON.parse(json).header).toMatchObject({ coils: 4, readoutOversampling: 2 });
  });

  test('info of an array proposes its axes', async () => {
    const { code, err } = await mroptimum('info', at('sim/noise.npy'));
    expect(code).toBe(3);
    expect(err).toMatch(/probably "/);
  });

  test('convert writes arrays that give the same SNR', async () => {
    const { code, out } = await mroptimum('convert', at('twix/signal.dat'), '--out', at('arrays'));
    expect(code).toBe(0);
    const again = out.slice(out.indexOf('mroptimum snr')).trim().split(' ').slice(1);
    const converted = await mroptimum(again[0]!, ...again.slice(1), '-o', at('c'), '--json', '-q', '-t', '1');
    const direct = await mroptimum('snr', at('twix/signal.dat'), '-o', at('d'), '--json', '-q', '-t', '1');
    expect(JSON.parse(converted.out).snr.median).toBeCloseTo(JSON.parse(direct.out).snr.median, 3);
  });

  test('privacy: scrubbing a copy leaves nothing to find, and the file as it was', async () => {
    const before = readFileSync(at('twix/signal.dat'));
    const found = JSON.parse((await mroptimum('privacy', 'scan', at('twix/signal.dat'), '--json')).out);
    expect(found.count).toBeGreaterThan(0);
    expect((await mroptimum('privacy', 'scrub', at('twix/signal.dat'), '--out', at('clean.dat'))).code).toBe(
      0,
    );
    expect(JSON.parse((await mroptimum('privacy', 'scan', at('clean.dat'), '--json')).out).count).toBe(0);
    expect(readFileSync(at('twix/signal.dat')).equals(before)).toBe(true);
  });

  test.each(['snr', 'run', 'info', 'simulate', 'convert', 'privacy'])(
    '%s --help has examples',
    async (command) => {
      const { code, out } = await mroptimum(command, '--help');
      expect(code).toBe(0);
      expect(out).toMatch(/Examples:\n.*mroptimum/s);
    },
  );
});

test('commands about a server on this machine hand its exit code on', async () => {
  const missing = at('no-backup');
  expect((await mroptimum('restore', missing, '--data', at('restored'))).code).toBe(1);
  expect((await mroptimum('serve', '--port', 'many')).code).toBe(2);
  expect((await mroptimum('doctor', '--data', at('none'), '--port', '0')).code).toBe(0);
}, 30_000);
