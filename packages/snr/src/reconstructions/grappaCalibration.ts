import { type ComplexArray, complexZeros } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { GrappaKernels } from '../kernels/calibration.ts';
import type { Kernels } from '../kernels/interface.ts';
import { solveCholesky } from '../linalg/solve.ts';
import { coilsLast, type Offset, patchCorrelations } from './patchCorrelations.ts';

/** What a GRAPPA calibration needs besides the data. */
interface GrappaOptions {
  readonly acceleration: readonly [rx: number, ry: number];
  /** Patch on the full grid: [readout, phase]. */
  readonly kernel: readonly [kx: number, ky: number];
  /** λ = tikhonov · ‖SᴴS‖_F / n. */
  readonly tikhonov: number;
}

/**
 * Fits GRAPPA kernels on calibration data (Griswold 2002, MRM 47:1202).
 *
 * Each position of the lattice's cell that is not acquired is a target T; its sources S are the acquired
 * positions of the patch around it, in all coils. (SᴴS + λI) w = SᴴT, λ = tikhonov · ‖SᴴS‖_F / n, n sources ×
 * coils. Equations are all patches that fit into the block. Normal equations in float64.
 *
 * @param acs (coil, y, x) fully sampled block of k-space, prewhitened
 * @returns kernels on the JavaScript heap
 * @throws SnrError MRO_SNR_KERNEL where a target has no source in the patch; MRO_SNR_REFERENCE where the block
 *   is too small for the kernel or holds no signal; MRO_SNR_OPTION for a negative Tikhonov weight;
 *   MRO_SNR_NOT_FINITE
 */
export function calibrateGrappa(k: Kernels, acs: ComplexArray, options: GrappaOptions): GrappaKernels {
  const { acceleration, kernel, tikhonov } = options;
  const [coils, cy, cx] = acs.shape as [number, number, number];
  requireSettings(options);
  const [kx, ky] = kernel;
  const weights = complexZeros(ky, kx, coils, coils);
  for (let c = 0; c < coils; c++) weights.data[2 * index(weights, kernel, [0, 0], c, c)] = 1;
  const targets = missingPositions(acceleration).map((target) => ({
    target,
    sources: sourcesOf(target, acceleration, kernel),
  }));
  const unknowns = Math.max(0, ...targets.map(({ sources }) => sources.length * coils));
  const equations = Math.max(0, cx - kx + 1) * Math.max(0, cy - ky + 1);
  if (equations < unknowns) throw tooSmall(cx, cy, kernel, equations, unknowns);
  k.scope(() => {
    const correlations = patchCorrelations(k, coilsLast(k, acs), kernel);
    for (const { sources } of targets) {
      const { normal, right } = normalEquations(sources, coils, correlations);
      const solution = solveCholesky(normal, right, sources.length * coils, coils, tikhonov);
      if (!solution) throw singular(normal);
      store(weights, kernel, sources, coils, solution);
    }
  });
  return { acceleration, kernel, weights };
}

function requireSettings({ acceleration, kernel, tikhonov }: GrappaOptions): void {
  if (![...acceleration, ...kernel].every((n) => Number.isInteger(n) && n >= 1)) {
    throw new SnrError(
      'MRO_SNR_KERNEL',
      `GRAPPA kernel ${kernel.join('×')} and acceleration ${acceleration.join('×')} must be whole numbers of at least 1.`,
    );
  }
  if (!(tikhonov >= 0) || !Number.isFinite(tikhonov)) {
    throw new SnrError('MRO_SNR_OPTION', `The Tikhonov weight is ${tikhonov}; it must not be negative.`);
  }
}

/** Positions of the lattice's cell other than the acquired one. */
function missingPositions([rx, ry]: readonly [number, number]): Offset[] {
  return Array.from({ length: rx * ry - 1 }, (_, i): Offset => [(i + 1) % rx, Math.floor((i + 1) / rx)]);
}

/** Offsets d within the patch for which target + d is acquired. */
function sourcesOf(
  target: Offset,
  acceleration: readonly [number, number],
  kernel: readonly [number, number],
): Offset[] {
  const along = (axis: 0 | 1): number[] => {
    const half = Math.floor(kernel[axis] / 2);
    const offsets = Array.from({ length: kernel[axis] }, (_, i) => i - half);
    return offsets.filter((d) => (target[axis] + d) % acceleration[axis] === 0);
  };
  const sources = along(1).flatMap((dy) => along(0).map((dx): Offset => [dx, dy]));
  if (sources.length > 0) return sources;
  throw new SnrError(
    'MRO_SNR_KERNEL',
    `A GRAPPA kernel of ${kernel.join('×')} (readout×phase) reaches no acquired sample for some missing positions at R = ${acceleration.join('×')}.`,
    `Choose a kernel of at least ${acceleration.map((r) => 2 * r - 1).join('×')}.`,
  );
}

/** SᴴS (sources·coils)² and SᴴT (sources·coils, coils). */
function normalEquations(
  sources: readonly Offset[],
  coils: number,
  correlations: (a: Offset, b: Offset) => Float64Array,
): { normal: Float64Array; right: Float64Array } {
  const n = sources.length * coils;
  const normal = new Float64Array(2 * n * n);
  const right = new Float64Array(2 * n * coils);
  sources.forEach((a, s) => {
    for (let t = 0; t <= s; t++) {
      const block = correlations(a, sources[t]!);
      for (let i = 0; i < coils; i++) {
        const row = block.subarray(2 * i * coils, 2 * (i + 1) * coils);
        normal.set(row, 2 * ((s * coils + i) * n + t * coils));
      }
    }
    right.set(correlations(a, [0, 0]), 2 * s * coils * coils);
  });
  return { normal, right };
}

/** K̂_i = Σ_s Σ_j solution[s, j][i] K_j(k + d_s). */
function store(
  weights: ComplexArray,
  kernel: readonly [number, number],
  sources: readonly Offset[],
  coils: number,
  solution: Float64Array,
): void {
  sources.forEach((d, s) => {
    for (let j = 0; j < coils; j++) {
      for (let i = 0; i < coils; i++) {
        const from = 2 * ((s * coils + j) * coils + i);
        const to = 2 * index(weights, kernel, d, i, j);
        weights.data[to] = solution[from]!;
        weights.data[to + 1] = solution[from + 1]!;
      }
    }
  });
}

function index(
  weights: ComplexArray,
  [kx, ky]: readonly [number, number],
  d: Offset,
  i: number,
  j: number,
): number {
  const coils = weights.shape[3]!;
  return (((d[1] + Math.floor(ky / 2)) * kx + d[0] + Math.floor(kx / 2)) * coils + i) * coils + j;
}

function tooSmall(
  cx: number,
  cy: number,
  kernel: readonly [number, number],
  equations: number,
  unknowns: number,
): SnrError {
  return new SnrError(
    'MRO_SNR_REFERENCE',
    `A calibration block of ${cx}×${cy} (readout×phase) gives a ${kernel.join('×')} GRAPPA kernel ${equations} equations for ${unknowns} unknowns.`,
    'Use a smaller kernel, or more calibration lines.',
  );
}

function singular(normal: Float64Array): SnrError {
  if (!normal.every(Number.isFinite)) {
    return new SnrError(
      'MRO_SNR_NOT_FINITE',
      'The calibration data hold samples that are not finite numbers.',
    );
  }
  return new SnrError(
    'MRO_SNR_REFERENCE',
    'The calibration data do not determine the GRAPPA kernel: they are empty, or their coils depend on each other.',
    'Check the calibration lines, or raise the Tikhonov weight.',
  );
}
