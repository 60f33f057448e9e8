import type { ComplexArray, RealArray } from '../../arrays.ts';
import { type Hermitian, invert, nullWeightTolerance, pseudoInverse } from './hermitian.ts';

/** Unmixing of one set of R folded pixels: rows of pinv(A) and g, see `Kernels.senseUnmix`. */
interface Unmixing {
  /** (R, coil) interleaved */
  readonly rows: Float64Array;
  readonly gFactor: Float64Array;
}

/**
 * Unmixing of one folded pixel from A (R, coil), interleaved: (AᴴA)⁻¹Aᴴ, or the pseudo-inverse where AᴴA
 * of the pixels with any sensitivity is rank-deficient. Not finite where A is not.
 */
export function unmixPixels(a: Float64Array, pixels: number, coils: number): Unmixing {
  const rows = new Float64Array(2 * pixels * coils);
  const gFactor = new Float64Array(pixels);
  const alive = Array.from({ length: pixels }, (_, p) => p).filter((p) =>
    a.subarray(2 * p * coils, 2 * (p + 1) * coils).some((value) => value !== 0),
  );
  const gram = gramMatrix(a, alive, coils);
  const n = gram.order;
  if (!gram.re.every(Number.isFinite)) {
    for (const p of alive) rows.fill(Number.NaN, 2 * p * coils, 2 * (p + 1) * coils);
    for (const p of alive) gFactor[p] = Number.NaN;
    return { rows, gFactor };
  }
  const regular = invert(gram);
  const { inverse, nullWeight } = regular
    ? { inverse: regular, nullWeight: new Float64Array(n) }
    : pseudoInverse(gram);
  for (let i = 0; i < n; i++) {
    const p = alive[i]!;
    if (nullWeight[i]! <= nullWeightTolerance) {
      gFactor[p] = Math.sqrt(Math.max(0, inverse.re[i * n + i]! * gram.re[i * n + i]!));
    }
    for (let c = 0; c < coils; c++) {
      let re = 0;
      let im = 0;
      for (let j = 0; j < n; j++) {
        const x = inverse.re[i * n + j]!;
        const y = inverse.im[i * n + j]!;
        const s = a[2 * (alive[j]! * coils + c)]!;
        const t = a[2 * (alive[j]! * coils + c) + 1]!;
        re += x * s + y * t;
        im += y * s - x * t;
      }
      rows[2 * (p * coils + c)] = re;
      rows[2 * (p * coils + c) + 1] = im;
    }
  }
  return { rows, gFactor };
}

/** AᴴA over the listed pixels: G[i, j] = Σ_c conj(a[i, c]) a[j, c]. */
function gramMatrix(a: Float64Array, listed: readonly number[], coils: number): Hermitian {
  const n = listed.length;
  const gram: Hermitian = { order: n, re: new Float64Array(n * n), im: new Float64Array(n * n) };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let re = 0;
      let im = 0;
      for (let c = 0; c < coils; c++) {
        const p = 2 * (listed[i]! * coils + c);
        const q = 2 * (listed[j]! * coils + c);
        re += a[p]! * a[q]! + a[p + 1]! * a[q + 1]!;
        im += a[p]! * a[q + 1]! - a[p + 1]! * a[q]!;
      }
      gram.re[i * n + j] = re;
      gram.im[i * n + j] = im;
    }
  }
  return gram;
}

/** `Kernels.senseUnmix` in float64. */
export function senseUnmix(
  unmix: ComplexArray,
  gFactor: RealArray | undefined,
  sensitivities: ComplexArray,
  [rx, ry]: readonly [number, number],
): void {
  const [coils, ny, nx] = sensitivities.shape as [number, number, number];
  const my = ny / ry;
  const mx = nx / rx;
  const pixels = rx * ry;
  const a = new Float64Array(2 * pixels * coils);
  for (let y = 0; y < my; y++) {
    for (let x = 0; x < mx; x++) {
      const places = Array.from(
        { length: pixels },
        (_, p) => (y + Math.floor(p / rx) * my) * nx + x + (p % rx) * mx,
      );
      for (let p = 0; p < pixels; p++) {
        for (let c = 0; c < coils; c++) {
          const from = 2 * (c * ny * nx + places[p]!);
          a[2 * (p * coils + c)] = sensitivities.data[from]!;
          a[2 * (p * coils + c) + 1] = sensitivities.data[from + 1]!;
        }
      }
      const { rows, gFactor: g } = unmixPixels(a, pixels, coils);
      for (let p = 0; p < pixels; p++) {
        if (gFactor) gFactor.data[places[p]!] = g[p]!;
        for (let c = 0; c < coils; c++) {
          const to = 2 * (c * ny * nx + places[p]!);
          unmix.data[to] = rows[2 * (p * coils + c)]!;
          unmix.data[to + 1] = rows[2 * (p * coils + c) + 1]!;
        }
      }
    }
  }
}
