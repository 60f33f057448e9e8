import type { ComplexArray } from '../arrays.ts';
import type { Kernels } from '../kernels/interface.ts';

/**
 * The projector P = Σ_l v_l v_lᴴ averaged over shifts of k-space:
 * lags[δ][i][j] = 1/k² Σ_{d′−d=δ} P[(d, i), (d′, j)], δ = (y, x) from −(k−1) to k−1 (Uecker 2014, eq. 20).
 *
 * On a grid of (2k−1)² frequencies φ, which determines as many lags, G(φ) = F Fᴴ/k² with
 * F[i][l] = Σ_d v_l(d, i) e^{i d·φ}: products of C × rank matrices instead of the k²C × k²C projector.
 *
 * @param subspace (rank, k, k, coil): orthonormal v_l
 * @returns (2k−1, 2k−1, coil, coil)
 */
export function projectorLags(k: Kernels, subspace: ComplexArray): ComplexArray {
  const [rank, extent, , coils] = subspace.shape as [number, number, number, number];
  const grid = 2 * extent - 1;
  const lags = k.complex(grid, grid, coils, coils);
  k.scope(() => {
    const byOffset = k.complex(extent * extent, rank * coils);
    for (let l = 0; l < rank; l++) {
      for (let d = 0; d < extent * extent; d++) {
        const from = 2 * (l * extent * extent + d) * coils;
        byOffset.data.set(subspace.data.subarray(from, from + 2 * coils), 2 * (d * rank + l) * coils);
      }
    }
    const spectrum = k.complex(grid * grid, rank * coils);
    k.calibration.multiply(spectrum, waves(k, [0, grid], [0, extent], grid, 1), byOffset);
    const matrices = k.complex(grid * grid, coils * coils);
    for (let f = 0; f < grid * grid; f++) {
      const part = row(spectrum, f, [rank, coils]);
      // Σ_l conj(F[i][l]) F[j][l], the conjugate of G.
      k.calibration.multiply(row(matrices, f, [coils, coils]), part, part, 'adjoint');
    }
    for (let i = 1; i < matrices.data.length; i += 2) matrices.data[i] = -matrices.data[i]!;
    const toLags = waves(k, [1 - extent, extent], [0, grid], grid, 1 / (grid * extent) ** 2);
    k.calibration.multiply({ data: lags.data, shape: [grid * grid, coils * coils] }, toLags, matrices);
  });
  return lags;
}

/** scale · e^{2πi (a·b)/grid} for all a = (y, x) of one range along both axes and all b of another. */
function waves(
  k: Kernels,
  [aFrom, aTo]: readonly [number, number],
  [bFrom, bTo]: readonly [number, number],
  grid: number,
  scale: number,
): ComplexArray {
  const out = k.complex((aTo - aFrom) ** 2, (bTo - bFrom) ** 2);
  let at = 0;
  for (let ay = aFrom; ay < aTo; ay++) {
    for (let ax = aFrom; ax < aTo; ax++) {
      for (let by = bFrom; by < bTo; by++) {
        for (let bx = bFrom; bx < bTo; bx++) {
          const angle = (2 * Math.PI * ((ay * by + ax * bx) % grid)) / grid;
          out.data[at++] = scale * Math.cos(angle);
          out.data[at++] = scale * Math.sin(angle);
        }
      }
    }
  }
  return out;
}

function row(array: ComplexArray, index: number, shape: readonly number[]): ComplexArray {
  const stride = array.data.length / array.shape[0]!;
  return { data: array.data.subarray(index * stride, (index + 1) * stride), shape };
}
