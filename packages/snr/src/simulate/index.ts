import { type ComplexArray, complexZeros } from '../arrays.ts';
import type { Kernels } from '../kernels/interface.ts';
import { choleskyLower } from '../linalg/cholesky.ts';
import { centredBlock } from '../sampling.ts';
import type { SliceInput } from '../settings.ts';
import { type NormalStream, normalStream } from './random.ts';
import { covarianceOf, objectAt, sensitivityAt } from './truth.ts';

export { expectedRss, trueSense } from './expected.ts';

/** What to simulate. */
export interface SimulationSettings {
  readonly coils: number;
  /** [readout, phase] */
  readonly matrix: readonly [nx: number, ny: number];
  readonly slices: number;
  readonly repetitions: number;
  /** SNR of the fully sampled, optimally combined image where the object's magnitude is 1, at the centre. */
  readonly snr: number;
  /** Correlation of neighbouring coils' noise, 0 … below 1; 0 is white noise of equal gains. */
  readonly correlation: number;
  /** Noise variance of a coil with gain 1, (raw units)². */
  readonly noiseVariance: number;
  readonly readoutOversampling: number;
  /** Acceleration along phase; every R-th line from 0. */
  readonly acceleration: number;
  /** Fully sampled lines in the centre of accelerated data. */
  readonly acsLines: number;
  /** ACS as a scan of its own ('separate') or as part of the image lines ('integrated'). */
  readonly acs: 'separate' | 'integrated';
  readonly averages: number;
  /** Part of the phase lines acquired, the last ones, as scanners do (partial Fourier). */
  readonly partialFourier: number;
  /** Readouts of the noise scan. */
  readonly noiseReadouts: number;
  readonly seed: number;
}

const defaultSimulation: SimulationSettings = {
  coils: 8,
  matrix: [96, 96],
  slices: 1,
  repetitions: 1,
  snr: 60,
  correlation: 0.3,
  noiseVariance: 1,
  readoutOversampling: 1,
  acceleration: 1,
  acsLines: 24,
  acs: 'separate',
  averages: 1,
  partialFourier: 1,
  noiseReadouts: 256,
  seed: 1,
};

/** A simulated acquisition whose truth is known. */
export interface Simulation {
  readonly settings: SimulationSettings;
  /** True Ψ (coil, coil). */
  readonly covariance: ComplexArray;
  /** Noise scan (coil, readout, sample), at the image's dwell time. */
  readonly noise: () => ComplexArray;
  /** True sensitivities (coil, ny, nx) on any grid over the field of view; default: the matrix. */
  readonly sensitivities: (slice: number, shape?: readonly [ny: number, nx: number]) => ComplexArray;
  /** True object (ny, nx), scaled to the SNR asked for. */
  readonly object: (slice: number, shape?: readonly [ny: number, nx: number]) => ComplexArray;
  /** k-space as a scanner gives it; `noiseless` for the truth of a reconstruction. */
  readonly slice: (slice: number, options?: { noiseless?: boolean }) => SliceInput;
}

/**
 * Simulates a Cartesian acquisition: d = F(S ρ) + n, n ~ CN(0, Ψ), unitary centred F, with undersampling,
 * calibration lines, repetitions, averages and readout oversampling as asked.
 */
export function simulate(k: Kernels, partial: Partial<SimulationSettings> = {}): Simulation {
  const settings = { ...defaultSimulation, ...partial };
  const { coils, matrix, noiseVariance } = settings;
  const covariance = covarianceOf(coils, settings.correlation, Math.sqrt(noiseVariance));
  const factor = choleskyLower(Float64Array.from(covariance.data), coils).lower;
  const ownShape = [matrix[1], matrix[0]] as const;
  const sensitivities = (slice: number, [ny, nx]: readonly [number, number] = ownShape): ComplexArray => {
    const out = complexZeros(coils, ny, nx);
    for (let c = 0; c < coils; c++) {
      onGrid(ny, nx, (p, u, v) =>
        out.data.set(sensitivityAt(c, coils, u, v, height(slice, settings)), 2 * (c * ny * nx + p)),
      );
    }
    return out;
  };
  const amplitude = settings.snr / snrAtCentre(coils, factor);
  const object = (slice: number, [ny, nx]: readonly [number, number] = ownShape): ComplexArray => {
    const out = complexZeros(ny, nx);
    onGrid(ny, nx, (p, u, v) => {
      const [re, im] = objectAt(u, v, height(slice, settings));
      out.data[2 * p] = amplitude * re;
      out.data[2 * p + 1] = amplitude * im;
    });
    return out;
  };
  const noise = (): ComplexArray => {
    const samples = matrix[0] * settings.readoutOversampling;
    const out = complexZeros(coils, settings.noiseReadouts, samples);
    addNoise(out.data, coils, factor, 1, normalStream(settings.seed * 7919 + 13));
    return out;
  };
  const slice = (s: number, options: { noiseless?: boolean } = {}): SliceInput =>
    acquire(k, settings, s, sensitivities(s), object(s), options.noiseless ? undefined : factor);
  return { settings, covariance, noise, sensitivities, object, slice };
}

function acquire(
  k: Kernels,
  settings: SimulationSettings,
  slice: number,
  sensitivities: ComplexArray,
  object: ComplexArray,
  factor: Float64Array | undefined,
): SliceInput {
  const { coils, repetitions, readoutOversampling, matrix, averages } = settings;
  const [nx, ny] = matrix;
  const wide = nx * readoutOversampling;
  const clean = cleanKspace(k, sensitivities, object, wide);
  const kspace = complexZeros(repetitions, coils, ny, wide);
  const { image, acs } = linesOf(settings);
  const acquired = new Uint8Array(repetitions * ny);
  for (let r = 0; r < repetitions; r++) {
    const data = kspace.data.subarray(r * clean.length, (r + 1) * clean.length);
    data.set(clean);
    const seed = (settings.seed * 1009 + slice) * 4099 + r;
    if (factor) addNoise(data, coils, factor, 1 / Math.sqrt(averages), normalStream(seed));
    keepLines(data, coils, ny, wide, image);
    acquired.set(
      image.map((on) => (on ? averages : 0)),
      r * ny,
    );
  }
  const base = { kspace, acquired, acquiredReadout: [0, wide] as const, readoutOversampling };
  if (settings.acceleration === 1) return base;
  if (settings.acs === 'integrated') {
    const integrated = { data: kspace.data.slice(0, clean.length), shape: [coils, ny, wide] };
    keepLines(integrated.data, coils, ny, wide, acs);
    return { ...base, reference: { kspace: integrated, acquired: acs, integrated: true } };
  }
  const reference = { data: clean.slice(), shape: [coils, ny, wide] };
  if (factor) addNoise(reference.data, coils, factor, 1, normalStream(settings.seed * 31 + slice * 17 + 5));
  keepLines(reference.data, coils, ny, wide, acs);
  return { ...base, reference: { kspace: reference, acquired: acs, integrated: false } };
}

/** Which phase lines belong to the image and which to the calibration. */
function linesOf(settings: SimulationSettings): { image: Uint8Array; acs: Uint8Array } {
  const ny = settings.matrix[1];
  const [from, to] = centredBlock(ny, settings.acsLines);
  const acs = Uint8Array.from({ length: ny }, (_, y) => (y >= from && y < to ? 1 : 0));
  const first = ny - Math.round(ny * settings.partialFourier);
  const image = Uint8Array.from({ length: ny }, (_, y) => {
    if (y < first) return 0;
    if (y % settings.acceleration === 0) return 1;
    return settings.acs === 'integrated' && settings.acceleration > 1 ? acs[y]! : 0;
  });
  return { image, acs };
}

function cleanKspace(
  k: Kernels,
  sensitivities: ComplexArray,
  object: ComplexArray,
  wide: number,
): Float32Array {
  const [coils, ny, nx] = sensitivities.shape as [number, number, number];
  return k.scope(() => {
    const images = k.complex(coils, ny, wide);
    const left = Math.floor(wide / 2) - Math.floor(nx / 2);
    for (let c = 0; c < coils; c++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const o = 2 * (y * nx + x);
          const s = 2 * (c * ny * nx + y * nx + x);
          const p = 2 * ((c * ny + y) * wide + left + x);
          images.data[p] =
            sensitivities.data[s]! * object.data[o]! - sensitivities.data[s + 1]! * object.data[o + 1]!;
          images.data[p + 1] =
            sensitivities.data[s]! * object.data[o + 1]! + sensitivities.data[s + 1]! * object.data[o]!;
        }
      }
    }
    k.fft2(images, images, 'kspace');
    return images.data.slice();
  });
}

/** Adds scale·L·w, w ~ CN(0, I), to every sample of (coil, samples) data. */
function addNoise(
  data: Float32Array,
  coils: number,
  factor: Float64Array,
  scale: number,
  stream: NormalStream,
): void {
  const samples = data.length / 2 / coils;
  const white = new Float64Array(2 * coils);
  for (let p = 0; p < samples; p++) {
    for (let c = 0; c < 2 * coils; c++) white[c] = stream.next() * Math.SQRT1_2 * scale;
    for (let i = 0; i < coils; i++) {
      let re = 0;
      let im = 0;
      for (let j = 0; j <= i; j++) {
        const a = factor[2 * (i * coils + j)]!;
        const b = factor[2 * (i * coils + j) + 1]!;
        re += a * white[2 * j]! - b * white[2 * j + 1]!;
        im += a * white[2 * j + 1]! + b * white[2 * j]!;
      }
      data[2 * (i * samples + p)]! += re;
      data[2 * (i * samples + p) + 1]! += im;
    }
  }
}

function keepLines(data: Float32Array, coils: number, ny: number, nx: number, keep: Uint8Array): void {
  for (let c = 0; c < coils; c++) {
    for (let y = 0; y < ny; y++) if (!keep[y]) data.fill(0, 2 * (c * ny + y) * nx, 2 * (c * ny + y + 1) * nx);
  }
}

/** Calls with pixel index and position in fractions of the field of view; pixel ⌊n/2⌋ is the centre. */
function onGrid(ny: number, nx: number, visit: (p: number, u: number, v: number) => void): void {
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++)
      visit(y * nx + x, (x - Math.floor(nx / 2)) / nx, (y - Math.floor(ny / 2)) / ny);
  }
}

/** Slice position, −½ … ½ of the stack. */
function height(slice: number, { slices }: SimulationSettings): number {
  return slices === 1 ? 0 : (slice - (slices - 1) / 2) / slices;
}

/** √2 ‖L⁻¹ S(0)‖: SNR of a unit object at the centre. */
function snrAtCentre(coils: number, factor: Float64Array): number {
  const solved = new Float64Array(2 * coils);
  let norm = 0;
  for (let i = 0; i < coils; i++) {
    let [re, im] = sensitivityAt(i, coils, 0, 0, 0) as [number, number];
    for (let j = 0; j < i; j++) {
      const a = factor[2 * (i * coils + j)]!;
      const b = factor[2 * (i * coils + j) + 1]!;
      re -= a * solved[2 * j]! - b * solved[2 * j + 1]!;
      im -= a * solved[2 * j + 1]! + b * solved[2 * j]!;
    }
    const pivot = factor[2 * (i * coils + i)]!;
    solved[2 * i] = re / pivot;
    solved[2 * i + 1] = im / pivot;
    norm += solved[2 * i]! ** 2 + solved[2 * i + 1]! ** 2;
  }
  return Math.SQRT2 * Math.sqrt(norm);
}
