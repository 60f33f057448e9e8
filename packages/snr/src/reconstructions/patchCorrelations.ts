import type { ComplexArray } from '../arrays.ts';
import type { Kernels, Range } from '../kernels/interface.ts';

/** Position within a patch, [x, y] from its centre. */
export type Offset = readonly [dx: number, dy: number];

/** (coil, y, x) → (y, x, coil), in kernel memory. */
export function coilsLast(k: Kernels, a: ComplexArray): ComplexArray {
  const [coils, ny, nx] = a.shape as [number, number, number];
  const out = k.complex(ny, nx, coils);
  for (let c = 0; c < coils; c++) {
    for (let p = 0; p < ny * nx; p++) {
      out.data[2 * (p * coils + c)] = a.data[2 * (c * ny * nx + p)]!;
      out.data[2 * (p * coils + c) + 1] = a.data[2 * (c * ny * nx + p) + 1]!;
    }
  }
  return out;
}

/**
 * Blocks of the Gram matrix of all patches that fit into a block of k-space:
 * Γ(d₁, d₂)[i][j] = Σ_p conj(a_i(p + d₁)) a_j(p + d₂), p running over the patches' centres.
 *
 * Blocks of equal d₂ − d₁ are sums of one product over windows that are shifted against each other: a new one
 * is its neighbour plus and minus the strips by which their windows differ, which costs a twentieth of a sum.
 *
 * @param a (y, x, coil) in kernel memory
 * @param patch [kx, ky] extents; offsets run −⌊k/2⌋ … k − 1 − ⌊k/2⌋
 */
export function patchCorrelations(
  k: Kernels,
  a: ComplexArray,
  patch: readonly [kx: number, ky: number],
): (first: Offset, second: Offset) => Float64Array {
  const [ny, nx, coils] = a.shape as [number, number, number];
  const known = new Map<string, { at: Offset; block: Float64Array }[]>();
  const window = (d: Offset): { rows: Range; columns: Range } => {
    const top = d[1] + Math.floor(patch[1] / 2);
    const left = d[0] + Math.floor(patch[0] / 2);
    return { rows: [top, top + ny - patch[1] + 1], columns: [left, left + nx - patch[0] + 1] };
  };

  const shifted = (from: { at: Offset; block: Float64Array }, to: Offset, lag: Offset): Float64Array => {
    const block = from.block.slice();
    const axis = from.at[0] === to[0] ? 'rows' : 'columns';
    const before = window(from.at);
    const after = window(to);
    const strip = (range: Range, sign: 1 | -1): void => {
      const box = axis === 'rows' ? { ...after, rows: range } : { ...after, columns: range };
      const change = k.calibration.correlate(a, box.rows, box.columns, lag);
      for (let n = 0; n < block.length; n++) block[n]! += sign * change[n]!;
    };
    const [oldFrom, oldTo] = before[axis];
    const [newFrom, newTo] = after[axis];
    strip(oldFrom < newFrom ? [oldTo, newTo] : [newFrom, oldFrom], 1);
    strip(oldFrom < newFrom ? [oldFrom, newFrom] : [newTo, oldTo], -1);
    return block;
  };

  /** A window known already, on the same row or column and nearer than a third of the window's extent. */
  const neighbour = (blocks: { at: Offset; block: Float64Array }[], to: Offset) => {
    let best: { at: Offset; block: Float64Array } | undefined;
    let least = 1 / 3;
    for (const candidate of blocks) {
      const dx = Math.abs(candidate.at[0] - to[0]);
      const dy = Math.abs(candidate.at[1] - to[1]);
      if (dx > 0 && dy > 0) continue;
      const share = dx / (nx - patch[0] + 1) + dy / (ny - patch[1] + 1);
      if (share < least) {
        best = candidate;
        least = share;
      }
    }
    return best;
  };

  return (first, second) => {
    const lag: Offset = [second[0] - first[0], second[1] - first[1]];
    // Γ(d₂, d₁) = Γ(d₁, d₂)ᴴ: only lags of one half-plane are summed.
    const turned = lag[1] < 0 || (lag[1] === 0 && lag[0] < 0);
    const at = turned ? second : first;
    const forward: Offset = turned ? [-lag[0], -lag[1]] : lag;
    const blocks = known.get(forward.join()) ?? [];
    known.set(forward.join(), blocks);
    let block = blocks.find((b) => b.at[0] === at[0] && b.at[1] === at[1])?.block;
    if (!block) {
      const near = neighbour(blocks, at);
      const { rows, columns } = window(at);
      block = near ? shifted(near, at, forward) : k.calibration.correlate(a, rows, columns, forward);
      blocks.push({ at, block });
    }
    return turned ? adjoint(block, coils) : block;
  };
}

function adjoint(block: Float64Array, n: number): Float64Array {
  const out = new Float64Array(block.length);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      out[2 * (j * n + i)] = block[2 * (i * n + j)]!;
      out[2 * (j * n + i) + 1] = -block[2 * (i * n + j) + 1]!;
    }
  }
  return out;
}
