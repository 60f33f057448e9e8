import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from '@mroptimum/rawdata';
import {
  createComputer,
  defaultSettings,
  estimateNoise,
  type NoiseModel,
  type SliceInput,
  type SnrSettings,
  scaleNoise,
  snrMaps,
} from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate } from '@mroptimum/snr/simulate';
import { bart, hasBart } from './peers.ts';
import { atLeast, atMost, medianMs, type Row } from './table.ts';

const folder = process.env.MRO_TEST_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;

/** One slice of 96×96×16: the real phantom where it is on this machine, else a simulation of that size. */
async function phantom(): Promise<{ input: SliceInput; noise: NoiseModel; name: string }> {
  const k = createKernels({ bytes: 2 ** 28 });
  if (!existsSync(`${folder}/phantom16/signal.npy`)) {
    const simulation = simulate(k, { coils: 16, matrix: [96, 96] });
    const noise = scaleNoise(estimateNoise(k, simulation.noise()));
    return { input: simulation.slice(0), noise, name: 'simulated 96×96×16' };
  }
  const signal = await openFile(`${folder}/phantom16/signal.npy`, { axes: 'xyc' });
  const scan = await openFile(`${folder}/phantom16/noise.npy`, { axes: 'xyc' });
  const slice = await signal.readSlice(0);
  const estimate = estimateNoise(k, (await scan.readNoise()).samples);
  await Promise.all([signal.close(), scan.close()]);
  return {
    input: { ...slice, readoutOversampling: 1 },
    noise: scaleNoise(estimate, { noiseScale: 0.5 }),
    name: 'phantom16',
  };
}

/** BART's command on the same k-space: its t is the square of ours. Includes reading and writing its files. */
async function ecalib({ kspace }: SliceInput): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  try {
    const [, coils, ny, nx] = kspace.shape;
    await writeFile(join(folder, 'in.hdr'), `# Dimensions\n${nx} ${ny} 1 ${coils}\n`);
    await writeFile(
      join(folder, 'in.cfl'),
      new Uint8Array(kspace.data.buffer, kspace.data.byteOffset, kspace.data.byteLength),
    );
    const options = ['-m1', '-k6', '-r24', '-t0.0001', '-c0.9925'];
    return await medianMs(() => bart('ecalib', ...options, join(folder, 'in'), join(folder, 'out')), 7);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const cases: { what: string; limit: number; settings: Partial<SnrSettings> }[] = [
  {
    what: 'ac × sense, R 1×2',
    limit: 4,
    settings: { reconstruction: 'sense', decimate: true, accelerations: [1, 2], acl: [null, 24] },
  },
  {
    what: 'pmr × sense, R 1×2, 100 replicas',
    limit: 100,
    settings: {
      method: 'pmr',
      reconstruction: 'sense',
      decimate: true,
      accelerations: [1, 2],
      acl: [null, 24],
    },
  },
  {
    what: 'ac × grappa, R 1×2, ACS 48×48, kernel 5×5',
    limit: 30,
    settings: { reconstruction: 'grappa', decimate: true, accelerations: [1, 2], acl: [48, 48] },
  },
  {
    what: 'ac × b1 with ESPIRiT maps (k 6, r 24)',
    limit: 150,
    settings: {
      reconstruction: 'b1',
      sensitivities: { ...defaultSettings.sensitivities, method: 'espirit' },
    },
  },
];

/** Warm times of one slice, k-space in memory to maps, on one thread and on two. */
export async function phantomRows(): Promise<Row[]> {
  const { input, noise, name } = await phantom();
  const time = async (threads: number, settings: Partial<SnrSettings>): Promise<number> => {
    const computer = await createComputer(threads);
    const all = { ...defaultSettings, ...settings };
    const read = async (): Promise<SliceInput> => ({
      ...input,
      kspace: { ...input.kspace, data: input.kspace.data },
    });
    const ms = await medianMs(async () => {
      for await (const maps of snrMaps(1, read, noise, all, { computer })) void maps;
    });
    await computer.close();
    return ms;
  };
  const rows: Row[] = [];
  for (const { what, limit, settings } of cases) {
    const ms = await time(1, settings);
    const peer =
      what.includes('ESPIRiT') && hasBart() ? { name: 'bart ecalib', value: await ecalib(input) } : undefined;
    rows.push({
      what: `${name}: ${what}`,
      ours: ms,
      unit: 'ms',
      target: atMost(limit, ms, ' ms'),
      ...(peer && { peer }),
    });
  }
  const many = { ...cases[1]!.settings, replicas: 1000 };
  const speedUp = (await time(1, many)) / (await time(2, many));
  rows.push({
    what: `${name}: pmr × sense ×1000, 2 threads against 1`,
    ours: speedUp,
    unit: '×',
    target: atLeast(1.7, speedUp),
  });
  return rows;
}
