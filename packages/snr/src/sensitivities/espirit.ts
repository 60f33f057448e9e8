import type { ComplexArray, RealArray } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { Kernels } from '../kernels/interface.ts';
import { hermitianEigen } from '../linalg/hermitianEigen.ts';
import type { EspiritSettings } from '../settings.ts';
import { projectorLags } from './espiritLags.ts';
import { calibrationSubspace } from './espiritSubspace.ts';

/** Result of ESPIRiT. */
interface EspiritMaps {
  /** (coil, ny, nx): unit norm over coils, zero where the eigenvalue is below c. */
  readonly maps: ComplexArray;
  /** (ny, nx): largest eigenvalue, near 1 where the calibration data explain a pixel by one map. */
  readonly eigenvalue: RealArray;
}

/**
 * First ESPIRiT map set (Uecker 2014, MRM 71:990).
 *
 * Patches of k×k samples × coils of the central r×r calibration samples span a subspace; P is the projector
 * onto its singular vectors with σ > t·σ_max. Averaged over all patches of k-space, P becomes a C×C matrix per
 * pixel, G(r) = 1/k² Σ_δ e^{−2πi δ·(r − ⌊N/2⌋)/N} Σ_{d′−d=δ} P[d, d′], Hermitian with eigenvalues in [0, 1]. Its
 * largest eigenvector is the sensitivity, up to a phase, which is chosen so that the first virtual coil
 * (the dominant principal component of the calibration data) is real and positive.
 *
 * @param acs (coil, y, x) centred block of k-space, prewhitened
 * @param shape [ny, nx] of the maps
 * @throws SnrError MRO_SNR_OPTION for settings out of range; MRO_SNR_REFERENCE where the block is smaller than
 *   the kernel or holds no signal; MRO_SNR_NOT_FINITE
 */
export function espiritMaps(
  k: Kernels,
  acs: ComplexArray,
  shape: readonly [ny: number, nx: number],
  settings: EspiritSettings,
): EspiritMaps {
  requireSettings(settings);
  const [coils, cy, cx] = acs.shape as [number, number, number];
  const rows = Math.min(settings.r, cy);
  const columns = Math.min(settings.r, cx);
  if (Math.min(rows, columns) < settings.k) {
    throw new SnrError(
      'MRO_SNR_REFERENCE',
      `ESPIRiT with a kernel of ${settings.k}×${settings.k} needs as many calibration lines; the data hold ${cx}×${cy}.`,
      'Choose a smaller ESPIRiT kernel, or acquire more calibration lines.',
    );
  }
  const maps = k.complex(coils, ...shape);
  const eigenvalue = k.real(...shape);
  k.scope(() => {
    const block = centre(k, acs, rows, columns);
    const reference = k.load(firstVirtualCoil(k, block));
    const subspace = calibrationSubspace(k, block, settings.k, settings.t);
    const lags = projectorLags(k, subspace);
    k.calibration.eigenmaps(maps, eigenvalue, lags, reference, settings.c);
  });
  return { maps, eigenvalue };
}

function requireSettings({ k, r, t, c }: EspiritSettings): void {
  const whole = Number.isInteger(k) && k >= 1 && Number.isInteger(r) && r >= k;
  if (whole && t >= 0 && t < 1 && c >= 0 && c <= 1) return;
  throw new SnrError(
    'MRO_SNR_OPTION',
    `ESPIRiT settings k = ${k}, r = ${r}, t = ${t}, c = ${c} are out of range.`,
    'k and r are whole numbers with 1 ≤ k ≤ r; t lies in [0, 1), c in [0, 1].',
  );
}

/** The central rows × columns of (coil, y, x): the sample ⌊n/2⌋ stays the sample ⌊m/2⌋. */
function centre(k: Kernels, acs: ComplexArray, rows: number, columns: number): ComplexArray {
  const [coils, cy, cx] = acs.shape as [number, number, number];
  const top = Math.floor(cy / 2) - Math.floor(rows / 2);
  const left = Math.floor(cx / 2) - Math.floor(columns / 2);
  const block = k.complex(coils, rows, columns);
  for (let line = 0; line < coils * rows; line++) {
    const from = 2 * ((Math.floor(line / rows) * cy + top + (line % rows)) * cx + left);
    block.data.set(acs.data.subarray(from, from + 2 * columns), 2 * line * columns);
  }
  return block;
}

/**
 * Dominant eigenvector of Σ_p x(p) x(p)ᴴ over the calibration samples: the first coil of an SVD coil
 * compression. Its own phase is free; its largest component is made real and positive.
 */
function firstVirtualCoil(k: Kernels, block: ComplexArray): ComplexArray {
  const [coils, cy, cx] = block.shape as [number, number, number];
  const covariance = k.scope(() => {
    const samples = k.complex(cy * cx, coils);
    for (let c = 0; c < coils; c++) {
      for (let p = 0; p < cy * cx; p++) {
        // Conjugated, so that AᴴA = Σ x xᴴ.
        samples.data[2 * (p * coils + c)] = block.data[2 * (c * cy * cx + p)]!;
        samples.data[2 * (p * coils + c) + 1] = -block.data[2 * (c * cy * cx + p) + 1]!;
      }
    }
    return k.calibration.gram(samples);
  });
  const vector = hermitianEigen(covariance, coils).vectors.subarray(2 * (coils - 1) * coils);
  let largest = 0;
  for (let c = 1; c < coils; c++) if (size(vector, c) > size(vector, largest) * (1 + 1e-6)) largest = c;
  const norm = size(vector, largest);
  const [re, im] = [vector[2 * largest]! / norm, vector[2 * largest + 1]! / norm];
  const data = new Float32Array(2 * coils);
  for (let c = 0; c < coils; c++) {
    data[2 * c] = vector[2 * c]! * re + vector[2 * c + 1]! * im;
    data[2 * c + 1] = vector[2 * c + 1]! * re - vector[2 * c]! * im;
  }
  return { data, shape: [coils] };
}

const size = (vector: Float64Array, c: number): number => Math.hypot(vector[2 * c]!, vector[2 * c + 1]!);
