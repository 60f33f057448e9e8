import { join } from 'node:path';
import { contactSheet } from '@mroptimum/bundle';
import { openBundlePath } from '@mroptimum/bundle/node';
import {
  type MethodName,
  methodNames,
  type ReconstructionName,
  reconstructionNames,
} from '@mroptimum/contract';
import { defaultSettings, snrMaps } from '@mroptimum/snr';
import { type Simulation, trueSense } from '@mroptimum/snr/simulate';
import { runJob } from '../run.ts';
import { quantile } from '../summary.ts';
import { localIo } from './io.ts';
import { save } from './output.ts';
import { type SimulationFiles, simulation, writeSimulation } from './simulate.ts';

/** One line of the demonstration's table. */
export interface DemoRow {
  readonly method: MethodName;
  readonly reconstruction: ReconstructionName;
  /** SNR map / true SNR over the object. */
  readonly ratio: { readonly median: number; readonly p5: number; readonly p95: number };
  /** Relative standard deviation that the method's own statistics predict. */
  readonly expectedScatter: number;
  readonly medianSnr: number;
  readonly seconds: number;
}

export interface Demo {
  readonly rows: readonly DemoRow[];
  readonly contactSheet: string;
}

const scenario = {
  coils: 8,
  matrix: [96, 96],
  snr: 60,
  correlation: 0.3,
  repetitions: 50,
  seed: 11,
} as const;
const acceleration: readonly [number, number] = [1, 2];
const calibration: readonly [null, number] = [null, 32];
const replicas = { pmr: 100, cr: 6 } as const;
const box = 4;
const usesMaps = (reconstruction: ReconstructionName): boolean =>
  reconstruction === 'b1' || reconstruction === 'sense';
const undersampled = (reconstruction: ReconstructionName): boolean =>
  reconstruction === 'sense' || reconstruction === 'grappa';

/** What the demonstration simulates, in words. */
export const demoScenario = `${scenario.coils} coils with correlated noise, ${scenario.matrix.join(' × ')} pixels, ${scenario.repetitions} repetitions and a noise scan; sense and grappa at R = ${acceleration.join(' × ')} with ${calibration[1]} calibration lines`;

/**
 * A simulated acquisition through every method × reconstruction, by the same path as any job, compared with
 * the truth of the simulation. Writes the acquisition, one bundle each, and a contact sheet of all maps.
 */
export async function runDemo(
  folder: string,
  onRow: (row: DemoRow) => void,
  threads?: number,
): Promise<Demo> {
  const made = simulation(scenario);
  const files = await writeSimulation(made, join(folder, 'simulation'), 'npy');
  const rows: DemoRow[] = [];
  const panels: { title: string; shape: readonly number[]; data: Float32Array }[] = [];
  const truths = new Map<ReconstructionName, Float32Array>();
  for (const reconstruction of reconstructionNames) {
    const data = await trueSnr(made, reconstruction);
    truths.set(reconstruction, data);
    panels.push({ title: `truth ${reconstruction}`, shape: [scenario.matrix[1], scenario.matrix[0]], data });
  }
  for (const method of methodNames) {
    for (const reconstruction of reconstructionNames) {
      const out = join(folder, `${method}-${reconstruction}`);
      const started = performance.now();
      await runJob(
        demoJob(method, reconstruction, files),
        localIo({ out, base: join(folder, 'simulation'), ...(threads !== undefined && { threads }) }),
      );
      const seconds = (performance.now() - started) / 1000;
      const map = await snrOf(out);
      panels.push({ title: `${method} ${reconstruction}`, ...map });
      const row = compare(method, reconstruction, map.data, truths.get(reconstruction)!, seconds);
      rows.push(row);
      onRow(row);
    }
  }
  const sheet = join(folder, 'contact-sheet.png');
  await save(sheet, contactSheet(panels, reconstructionNames.length));
  return { rows, contactSheet: sheet };
}

function demoJob(method: MethodName, reconstruction: ReconstructionName, files: SimulationFiles): unknown {
  const file = (filename: string, axes?: string) => ({
    type: 'file',
    options: { type: 'local', filename, vendor: 'numpy', options: axes === undefined ? {} : { axes } },
  });
  const maps = {
    name: 'upload',
    options: {
      sensitivityMapMethod: 'upload',
      loadSensitivity: true,
      sensitivityMapSource: file('truth/sensitivities.npy', 'scyx'),
    },
  };
  return {
    task: {
      version: 'v0',
      acquisition: 2,
      name: method,
      options: {
        NR: method === 'cr' ? replicas.cr : replicas.pmr,
        boxSize: box,
        seed: 1,
        reconstructor: {
          name: reconstruction,
          options: {
            signal: file(files.signal, files.axes),
            noise: file(files.noise!, files.noiseAxes),
            ...(usesMaps(reconstruction) && { sensitivityMap: maps }),
            ...(undersampled(reconstruction) && {
              decimate: true,
              accelerations: acceleration,
              acl: calibration,
            }),
          },
        },
      },
    },
    output: { gfactor: undersampled(reconstruction) },
  };
}

/**
 * True SNR per pixel. rss, b1 and sense: from sensitivities, object and covariance by the definition
 * (`trueSense`; √2‖x̃‖ of rss is that of b1). grappa: noise propagated through kernels of noise-free data.
 */
async function trueSnr(made: Simulation, reconstruction: ReconstructionName): Promise<Float32Array> {
  if (reconstruction !== 'grappa') {
    const r = reconstruction === 'sense' ? acceleration : ([1, 1] as const);
    return Float32Array.from(trueSense(made.sensitivities(0), made.object(0), made.covariance, r).snr);
  }
  const settings = {
    ...defaultSettings,
    reconstruction,
    decimate: true,
    accelerations: acceleration,
    acl: calibration,
  };
  const noise = { covariance: made.covariance, bandwidth: 1, samples: 1, scale: 1 };
  const maps = snrMaps(1, async () => made.slice(0, { noiseless: true }), noise, settings);
  for await (const { snr } of maps) return snr;
  return new Float32Array(0);
}

async function snrOf(bundle: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const opened = await openBundlePath(bundle);
  try {
    const { shape, data } = await opened.maps.find(({ id }) => id === 0)!.read();
    return { shape, data };
  } finally {
    await opened.close();
  }
}

function compare(
  method: MethodName,
  reconstruction: ReconstructionName,
  snr: Float32Array,
  truth: Float32Array,
  seconds: number,
): DemoRow {
  const inside = snr.map((_, p) => (truth[p]! > 20 ? 1 : 0));
  const ratios = snr
    .map((value, p) => value / truth[p]!)
    .filter((_, p) => inside[p] === 1)
    .sort();
  const values = snr.filter((_, p) => inside[p] === 1).sort();
  const median = quantile(values, 0.5);
  return {
    method,
    reconstruction,
    ratio: { median: quantile(ratios, 0.5), p5: quantile(ratios, 0.05), p95: quantile(ratios, 0.95) },
    expectedScatter: Math.hypot(scatterOf(method), method === 'mr' ? 0 : 1 / median),
    medianSnr: median,
    seconds,
  };
}

/** Relative error of a standard deviation over n independent samples: 1/√(2(n − 1)). */
function scatterOf(method: MethodName): number {
  const neighbourhood = (2 * box + 1) ** 2;
  const samples = {
    ac: Number.POSITIVE_INFINITY,
    mr: scenario.repetitions,
    pmr: replicas.pmr,
    cr: replicas.cr * neighbourhood,
    di: neighbourhood,
  }[method];
  return 1 / Math.sqrt(2 * (samples - 1));
}
