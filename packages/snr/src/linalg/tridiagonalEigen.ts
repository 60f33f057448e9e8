import { SnrError } from '../errors.ts';

/** QL sweeps after which an eigenvalue counts as lost; two or three are usual. */
const mostSweeps = 60;

/**
 * Eigenvalues (ascending) and eigenvectors (row l belongs to value l) of a real symmetric tridiagonal
 * matrix by the QL algorithm with implicit Wilkinson shifts (Golub & Van Loan, §8.3.5).
 *
 * @param diagonal n values
 * @param offDiagonal n − 1 values
 * @throws SnrError MRO_SNR_NOT_FINITE where a value is not a finite number
 */
export function tridiagonalEigen(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): { values: Float64Array; vectors: Float64Array } {
  const n = diagonal.length;
  const d = diagonal.slice();
  const e = new Float64Array(n);
  e.set(offDiagonal);
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) z[i * n + i] = 1;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = blockEnd(d, e, l);
      if (m === l) break;
      if (sweep === mostSweeps) {
        throw new SnrError(
          'MRO_SNR_NOT_FINITE',
          'Eigenvalues cannot be found: the data hold values that are not finite.',
        );
      }
      sweepBlock(d, e, z, l, m);
    }
  }
  return sorted(d, z);
}

/** End of the unreduced block that begins at l: the first negligible off-diagonal element. */
function blockEnd(d: Float64Array, e: Float64Array, l: number): number {
  let m = l;
  while (m < d.length - 1 && !(Math.abs(e[m]!) <= Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))))
    m++;
  return m;
}

/** One implicit QL sweep over rows l … m; rotations act on eigenvector pairs, which are rows of z. */
function sweepBlock(d: Float64Array, e: Float64Array, z: Float64Array, l: number, m: number): void {
  const n = d.length;
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(half, 1);
  let g = d[m]! - d[l]! + e[l]! / (half + (half >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    const shifted = d[i + 1]! - p;
    const t = (d[i]! - shifted) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = shifted + p;
    g = c * t - b;
    for (let k = i * n, upper = k + n; k < (i + 1) * n; k++, upper++) {
      const high = z[upper]!;
      const low = z[k]!;
      z[upper] = s * low + c * high;
      z[k] = c * low - s * high;
    }
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}

function sorted(d: Float64Array, z: Float64Array): { values: Float64Array; vectors: Float64Array } {
  const n = d.length;
  const order = Array.from(d.keys()).sort((i, j) => d[i]! - d[j]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(z.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (i) => d[i]!), vectors };
}
