import type { ComplexArray } from './arrays.ts';
import { SnrError } from './errors.ts';
import type { Kernels } from './kernels/interface.ts';
import { objectMask } from './masks/index.ts';
import {
  generalisedPseudoReplicaSnr,
  pseudoReplicaSnr,
  type ReplicaRunner,
  replicaSums,
} from './methods/pseudoReplicas.ts';
import { differenceSnr, MagnitudeStatistics, tooFew } from './methods/repetitions.ts';
import { type PreparedSlice, prepareSlice } from './prepare.ts';
import type { Whitening } from './prewhitening.ts';
import {
  type AnalyticImage,
  buildReconstructor,
  type Reconstructor,
  reconstructAnalytic,
  unfoldingNotes,
} from './reconstructions/index.ts';
import { estimateSensitivities } from './sensitivities/index.ts';
import type { SliceInput, SliceMaps, SnrSettings } from './settings.ts';
import { aliasPhase } from './transforms.ts';

/** A slice's inputs with where it stands. */
export interface SliceTask {
  readonly slice: number;
  readonly input: SliceInput;
  readonly whiten: Whitening | undefined;
  readonly settings: SnrSettings;
}

/**
 * All maps of one slice: prepare → sensitivities and mask → reconstruct → SNR by the chosen method.
 * Kernel memory is released on return.
 */
export async function computeSlice(
  k: Kernels,
  task: SliceTask,
  runReplicas: ReplicaRunner,
): Promise<SliceMaps> {
  const { input, whiten, settings } = task;
  checkInput(input, whiten, settings);
  return k.scopeAsync(async () => {
    const prepared = prepareSlice(k, input, whiten, settings);
    const mask = objectMask(k, prepared, input, settings);
    const sensitivities = needsSensitivities(settings)
      ? estimateSensitivities(k, prepared, input, whiten, settings)
      : undefined;
    if (sensitivities && mask) cutOut(sensitivities, mask);
    const reconstructor = buildReconstructor(k, prepared, sensitivities, settings);
    const unresolved = unfoldingNotes(reconstructor, sensitivities, prepared.acceleration);
    const folded = prepared.folded(0);
    const analytic = reconstructAnalytic(k, reconstructor, prepared, folded);
    const measured = await measure(k, task, prepared, reconstructor, folded, analytic, mask, runReplicas);
    return {
      slice: task.slice,
      shape: prepared.shape,
      ...measured,
      snr: masked(measured.snr, mask),
      confidence: measured.confidence && {
        lower: masked(measured.confidence.lower, mask),
        upper: masked(measured.confidence.upper, mask),
      },
      reconstruction: outputImage(analytic, reconstructor, prepared),
      gFactor: settings.gFactor && analytic.gFactor ? masked(analytic.gFactor.data.slice(), mask) : undefined,
      mask,
      sensitivities:
        settings.keepSensitivities && sensitivities ? inOwnUnits(k, sensitivities, whiten) : undefined,
      notes: [...prepared.notes, ...unresolved],
    };
  });
}

type Measured = Pick<SliceMaps, 'snr' | 'confidence' | 'differenceValue'>;

async function measure(
  k: Kernels,
  task: SliceTask,
  prepared: PreparedSlice,
  reconstructor: Reconstructor,
  folded: ComplexArray,
  analytic: AnalyticImage,
  mask: Uint8Array | undefined,
  runReplicas: ReplicaRunner,
): Promise<Measured> {
  const { settings, input } = task;
  const { magnitude, noise } = analytic;
  const imageOf = (repetition: number): Float32Array =>
    k.scope(() =>
      reconstructAnalytic(k, reconstructor, prepared, prepared.folded(repetition)).magnitude.slice(),
    );
  switch (settings.method) {
    case 'ac':
      return { snr: magnitude.map((v, p) => (noise.data[p]! > 0 ? (Math.SQRT2 * v) / noise.data[p]! : 0)) };
    case 'mr': {
      const statistics = new MagnitudeStatistics(magnitude.length);
      for (let r = 0; r < input.kspace.shape[0]!; r++) statistics.add(r === 0 ? magnitude : imageOf(r));
      return statistics.snr();
    }
    case 'di': {
      const { snr, confidence, value } = differenceSnr(
        magnitude,
        imageOf(1),
        prepared.shape,
        settings.box,
        mask,
      );
      return { snr, confidence, differenceValue: value };
    }
    default: {
      const key = { seed: settings.seed, slice: task.slice };
      const { replicas, box } = settings;
      const sums = await replicaSums(
        k,
        reconstructor,
        prepared,
        folded,
        analytic.image,
        key,
        replicas,
        runReplicas,
      );
      return settings.method === 'pmr'
        ? pseudoReplicaSnr(magnitude, sums, replicas)
        : generalisedPseudoReplicaSnr(magnitude, sums, replicas, box, prepared.shape);
    }
  }
}

function checkInput(input: SliceInput, whiten: Whitening | undefined, settings: SnrSettings): void {
  const [repetitions, coils, ny] = input.kspace.shape as [number, number, number, number];
  if (whiten && whiten.inverse.shape[0] !== coils) {
    throw new SnrError(
      'MRO_SNR_SHAPE',
      `The noise scan has ${whiten.inverse.shape[0]} coils, the image ${coils}.`,
      'Give the noise scan of the same coil configuration.',
    );
  }
  if (settings.method === 'mr' || settings.method === 'di') {
    if (repetitions < 2)
      throw tooFew(settings.method === 'mr' ? 'Multiple replicas' : 'The difference image', repetitions);
    for (let p = ny; p < repetitions * ny; p++) {
      if (input.acquired[p] !== input.acquired[p - ny]) {
        throw new SnrError(
          'MRO_SNR_SAMPLING',
          'The repetitions were not sampled alike, so they are no replicas of one image.',
          'Choose ac, pmr or cr, which use the first repetition alone.',
        );
      }
    }
  } else if (settings.method !== 'ac' && !(settings.replicas >= 2)) {
    throw new SnrError(
      'MRO_SNR_REPLICAS',
      `${settings.replicas} replicas give no standard deviation; take at least 2.`,
    );
  }
}

/** GRAPPA combines coils by rss unless maps other than the default were asked for. */
function needsSensitivities({ reconstruction, sensitivities }: SnrSettings): boolean {
  if (reconstruction === 'grappa') return !sensitivities.method.startsWith('inner');
  return reconstruction !== 'rss';
}

function cutOut(sensitivities: ComplexArray, mask: Uint8Array): void {
  for (let from = 0; from < sensitivities.data.length; from += 2 * mask.length) {
    for (let p = 0; p < mask.length; p++) {
      if (mask[p]) continue;
      sensitivities.data[from + 2 * p] = 0;
      sensitivities.data[from + 2 * p + 1] = 0;
    }
  }
}

function masked(map: Float32Array, mask: Uint8Array | undefined): Float32Array {
  return mask ? map.map((v, p) => (mask[p] ? v : 0)) : map.slice();
}

/**
 * The image in prewhitened units: the data's scale restored, the aliases' phase undone. SENSE images are those
 * of the folded k-space as it is (unitary), so that R-fold data give 1/√R of the full image's amplitude.
 */
function outputImage(
  analytic: AnalyticImage,
  reconstructor: Reconstructor,
  prepared: PreparedSlice,
): Float32Array {
  const { acceleration, offset, shape } = prepared;
  const out = analytic.image.data.slice();
  const scale = Math.sqrt(prepared.noiseVariance);
  if (reconstructor.kind !== 'linear') return scale === 1 ? out : out.map((v) => v * scale);
  const [ny, nx] = shape;
  const [rx, ry] = acceleration;
  for (let j = 0; j < ry; j++) {
    for (let i = 0; i < rx; i++) {
      const phase = reconstructor.placed ? 0 : -aliasPhase(shape, acceleration, offset, j, i);
      const [re, im] = [Math.cos(phase) * scale, Math.sin(phase) * scale];
      for (let y = (j * ny) / ry; y < ((j + 1) * ny) / ry; y++) {
        turnRow(out.subarray(2 * (y * nx + (i * nx) / rx), 2 * (y * nx + ((i + 1) * nx) / rx)), re, im);
      }
    }
  }
  return out;
}

function turnRow(row: Float32Array, re: number, im: number): void {
  for (let p = 0; p < row.length; p += 2) {
    const a = row[p]!;
    const b = row[p + 1]!;
    row[p] = a * re - b * im;
    row[p + 1] = a * im + b * re;
  }
}

/** L·S, scaled to unit root-sum-of-squares, on the JavaScript heap: sensitivities as the coils have them. */
function inOwnUnits(k: Kernels, sensitivities: ComplexArray, whiten: Whitening | undefined): ComplexArray {
  return k.scope(() => {
    const maps = k.load(sensitivities);
    if (whiten) k.whiten(maps, maps, k.load(whiten.factor));
    k.normalise(maps);
    return { data: maps.data.slice(), shape: sensitivities.shape };
  });
}
