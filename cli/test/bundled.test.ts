import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const execute = promisify(execFile);
const cli = join(import.meta.dirname, '..');
const built = existsSync(join(cli, 'dist/main.js'));
if (!built) console.log('The bundled command is not tested: cli/dist is missing (npm run build).');

describe.runIf(built)('the bundled command, in a folder of its own', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mroptimum-bundled-'));
    for (const part of ['bin', 'dist']) cpSync(join(cli, part), join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    // The one dependency that is not inside the bundle; npm installs it beside the package.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(cli, '../node_modules/h5wasm'), join(folder, 'node_modules/h5wasm'), 'junction');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const mroptimum = async (...args: string[]): Promise<string> =>
    (await execute(process.execPath, [join(folder, 'bin/mroptimum.js'), ...args], { cwd: folder })).stdout;

  test('simulates, and calculates alike with one thread and with its worker threads', async () => {
    await mroptimum(
      'simulate',
      '--format',
      'twix',
      '--coils',
      '4',
      '--matrix',
      '32,30',
      '--slices',
      '3',
      '-o',
      'sim',
    );
    const medians: number[] = [];
    for (const threads of ['1', '2']) {
      const args = [
        '--method',
        'pmr',
        '--replicas',
        '20',
        '-t',
        threads,
        '-o',
        `out${threads}`,
        '--json',
        '-q',
      ];
      medians.push(JSON.parse(await mroptimum('snr', 'sim/signal.dat', ...args)).snr.median);
    }
    expect(medians[0]).toBeGreaterThan(1);
    expect(medians[1]).toBe(medians[0]);
  });

  test('says its version, and ends with 3 where a file is missing', async () => {
    expect(await mroptimum('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    await expect(mroptimum('info', 'gone.dat')).rejects.toMatchObject({ code: 3 });
  });

  test('starts the Node beside it where the machine has an older one', async () => {
    const old = readFileSync(join(folder, 'bin/mroptimum.js'), 'utf8').replace(
      'const needed = 24',
      'const needed = 99',
    );
    writeFileSync(join(folder, 'bin/older.js'), old);
    const older = () =>
      execute(process.execPath, [join(folder, 'bin/older.js'), '--version'], { cwd: folder });
    await expect(older()).rejects.toMatchObject({
      stderr: expect.stringContaining('needs Node 99 or newer'),
    });
    symlinkSync(join(cli, '../node_modules/node'), join(folder, 'node_modules/node'), 'junction');
    expect((await older()).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('is what the package holds, with a readme', async () => {
    const { stdout } = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: cli,
    });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path).toSorted();
    const pages = paths.filter((path) => path.startsWith('dist/web/'));
    expect(pages).toContain('dist/web/index.html');
    expect(paths.filter((path) => !pages.includes(path))).toEqual([
      'README.md',
      'bin/mroptimum.js',
      'dist/hashing.js',
      'dist/main.js',
      'dist/server.js',
      'dist/worker.js',
      'package.json',
    ]);
  });
});
