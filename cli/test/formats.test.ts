import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openBundlePath } from '@mroptimum/bundle/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const execute = promisify(execFile);
let folder: string;

/** Runs the command as a user would, in its own process. */
const mroptimum = async (...args: string[]): Promise<void> => {
  await execute(process.execPath, [main, ...args], { cwd: folder });
};

async function snrOf(bundle: string): Promise<Float32Array> {
  const opened = await openBundlePath(join(folder, bundle));
  const volume = await opened.maps.find((map) => map.id === 0)!.read();
  await opened.close();
  return volume.data as Float32Array;
}

const simulation = [
  '--oversampling',
  '2',
  '--coils',
  '6',
  '--matrix',
  '64,60',
  '--slices',
  '2',
  '--seed',
  '5',
];
const settings = ['--recon', 'sense', '--decimate', '--accelerations', '1,2', '--acl', 'null,24', '--quiet'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-formats-'));
  await mroptimum('simulate', '--format', 'twix', ...simulation, '--out', 'twix');
  await mroptimum('snr', 'twix/signal.dat', ...settings, '--out', 'reference');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the map of twix VD with oversampling and multi-RAID noise comes from', () => {
  const same = async (bundle: string): Promise<void> => {
    const [reference, other] = [await snrOf('reference'), await snrOf(bundle)];
    expect(other.length).toBe(reference.length);
    const largest = reference.reduce((most, v) => Math.max(most, v), 0);
    expect(largest).toBeGreaterThan(20);
    reference.forEach((v, p) => {
      expect(Math.abs(other[p]! - v) / largest).toBeLessThan(1e-4);
    });
  };

  it.each([
    ['twix-vb', 'signal.dat', ['--noise', 'twix-vb/noise.dat']],
    ['ismrmrd', 'signal.h5', []],
  ] as const)('%s', async (format, signal, noise) => {
    await mroptimum('simulate', '--format', format, ...simulation, '--out', format);
    await mroptimum('snr', `${format}/${signal}`, ...noise, ...settings, '--out', `result-${format}`);
    await same(`result-${format}`);
  });

  it.each([
    ['npy', 'signal.npy', ['--axes', 'srczyx', '--noise', 'npy/noise.npy', '--noise-axes', 'cyx']],
    ['mat', 'signal.mat', ['--axes', 'xyzcrs', '--noise', 'mat/noise.mat', '--noise-axes', 'xyc']],
    ['cfl', 'signal.cfl', ['--noise', 'cfl/noise.cfl']],
    ['ismrmrd', 'signal.h5', []],
  ] as const)('its conversion to %s', async (format, signal, options) => {
    await mroptimum('convert', 'twix/signal.dat', '--format', format, '--out', format);
    await mroptimum('snr', `${format}/${signal}`, ...options, ...settings, '--out', `converted-${format}`);
    await same(`converted-${format}`);
  });
});
