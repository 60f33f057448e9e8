import type { ComplexArray } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { Kernels } from '../kernels/interface.ts';
import { leadingEigenvectors } from '../linalg/leadingEigenvectors.ts';
import { coilsLast, type Offset, patchCorrelations } from '../reconstructions/patchCorrelations.ts';

/** Largest order of a Gram matrix: beyond it, a full decomposition would take minutes. */
const largestOrder = 2048;

/**
 * Orthonormal basis of the patches' subspace: left singular vectors of Â (k²·C × patches), σ > t·σ_max.
 * Found from the smaller of the two Gram matrices: ÂᴴÂ where there are fewer patches than k²·C, else ÂÂᴴ.
 *
 * @param block (coil, y, x) calibration samples
 * @returns (rank, k, k, coil)
 * @throws SnrError MRO_SNR_REFERENCE where the block holds no signal, MRO_SNR_NOT_FINITE, MRO_SNR_OPTION where
 *   both Gram matrices are too large
 */
export function calibrationSubspace(
  k: Kernels,
  block: ComplexArray,
  extent: number,
  threshold: number,
): ComplexArray {
  const [coils, cy, cx] = block.shape as [number, number, number];
  const patches = (cy - extent + 1) * (cx - extent + 1);
  const length = extent * extent * coils;
  const byPatches = patches <= length;
  if (Math.min(patches, length) > largestOrder) {
    throw new SnrError(
      'MRO_SNR_OPTION',
      `ESPIRiT with a kernel of ${extent}×${extent} on ${coils} coils and ${patches} patches is too large.`,
      'Choose a smaller calibration size r, or a smaller kernel k.',
    );
  }
  requireSignal(block);
  // Allocated before the scope, which ends when the rank is known: room for all vectors there can be.
  const room = k.complex(Math.min(patches, length), length);
  const rank = k.scope(() => {
    const gram = byPatches ? gramOfPatches(k, block, extent) : gramOfOffsets(k, block, extent);
    const { values, vectors } = leadingEigenvectors(k, gram, threshold ** 2);
    const out = { data: room.data.subarray(0, 2 * values.length * length), shape: [values.length, length] };
    if (byPatches) {
      // v_l = Â u_l/σ_l
      values.forEach((value, l) => {
        const vector = vectors.data.subarray(2 * l * patches, 2 * (l + 1) * patches);
        const scale = 1 / Math.sqrt(value);
        for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! * scale;
      });
      k.calibration.multiply(out, vectors, patchMatrix(k, block, extent));
    } else {
      // The Gram matrix of conjugated patches was decomposed.
      for (let i = 0; i < out.data.length; i++) out.data[i] = i % 2 ? -vectors.data[i]! : vectors.data[i]!;
    }
    return values.length;
  });
  return { data: room.data.subarray(0, 2 * rank * length), shape: [rank, extent, extent, coils] };
}

function requireSignal(block: ComplexArray): void {
  let energy = 0;
  for (let i = 0; i < block.data.length; i++) energy += block.data[i]! ** 2;
  if (!Number.isFinite(energy)) {
    throw new SnrError(
      'MRO_SNR_NOT_FINITE',
      'The calibration data hold samples that are not finite numbers.',
    );
  }
  if (energy === 0) {
    throw new SnrError(
      'MRO_SNR_REFERENCE',
      'The calibration data hold no signal.',
      'Check the calibration lines.',
    );
  }
}

/** Patches as rows: (patches, k²·C), offsets (y, x) outer, coils inner. */
function patchMatrix(k: Kernels, block: ComplexArray, extent: number): ComplexArray {
  const [coils, cy, cx] = block.shape as [number, number, number];
  const [py, px] = [cy - extent + 1, cx - extent + 1];
  const samples = coilsLast(k, block).data;
  const out = k.complex(py * px, extent * extent * coils);
  const run = 2 * extent * coils;
  let to = 0;
  for (let y = 0; y < py; y++) {
    for (let x = 0; x < px; x++) {
      for (let dy = 0; dy < extent; dy++, to += run) {
        const from = 2 * ((y + dy) * cx + x) * coils;
        out.data.set(samples.subarray(from, from + run), to);
      }
    }
  }
  return out;
}

/**
 * ÂᴴÂ[p][q] = Σ_d h(p + d, q + d), h(r, s) = Σ_c conj(x_c(r)) x_c(s): products of single samples, summed over
 * the patch by running sums along both axes, which costs k²·C times less than the product of patches.
 */
function gramOfPatches(k: Kernels, block: ComplexArray, extent: number): ComplexArray {
  const [coils, cy, cx] = block.shape as [number, number, number];
  const [py, px] = [cy - extent + 1, cx - extent + 1];
  const out = k.complex(py * px, py * px);
  k.scope(() => {
    const samples = { data: block.data, shape: [coils, cy * cx] };
    const products = k.complex(cy * cx, cy * cx);
    k.calibration.multiply(products, samples, samples, 'adjoint');
    const sums = new Float64Array(2 * px * px);
    const parts = Array.from({ length: cy }, () => new Float64Array(2 * px * px));
    for (let lag = 0; lag < py; lag++) {
      for (let y = 0; y + lag < cy; y++) sumAlongRow(parts[y]!, products.data, y, y + lag, cx, cy, extent);
      sums.fill(0);
      for (let y = 0; y + lag < cy; y++) {
        add(sums, parts[y]!, 1);
        if (y >= extent) add(sums, parts[y - extent]!, -1);
        if (y >= extent - 1) placeBlock(out.data, sums, y - extent + 1, y - extent + 1 + lag, px, py);
      }
    }
  });
  return out;
}

/** part[p][q] = Σ_dx h((y, p + dx), (s, q + dx)) of rows y and s, by running sums along the diagonals. */
function sumAlongRow(
  part: Float64Array,
  products: Float32Array,
  y: number,
  s: number,
  cx: number,
  cy: number,
  extent: number,
): void {
  const px = cx - extent + 1;
  const stride = 2 * cx * cy;
  const origin = 2 * (y * cx * cx * cy + s * cx);
  for (let diagonal = 1 - px; diagonal < px; diagonal++) {
    const p0 = Math.max(0, -diagonal);
    const q0 = Math.max(0, diagonal);
    const steps = px - Math.abs(diagonal);
    const first = origin + p0 * stride + 2 * q0;
    let re = 0;
    let im = 0;
    for (let d = 0; d < extent; d++) {
      re += products[first + d * (stride + 2)]!;
      im += products[first + d * (stride + 2) + 1]!;
    }
    for (
      let n = 0, from = first, to = 2 * (p0 * px + q0);
      n < steps;
      n++, from += stride + 2, to += 2 * px + 2
    ) {
      part[to] = re;
      part[to + 1] = im;
      if (n + 1 === steps) break;
      const next = from + extent * (stride + 2);
      re += products[next]! - products[from]!;
      im += products[next + 1]! - products[from + 1]!;
    }
  }
}

function add(sums: Float64Array, part: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + sign * part[i]!;
}

/** Writes the block of patch rows (y, s) and its adjoint (s, y). */
function placeBlock(
  out: Float32Array,
  sums: Float64Array,
  y: number,
  s: number,
  px: number,
  py: number,
): void {
  const n = py * px;
  for (let p = 0; p < px; p++) {
    const row = 2 * ((y * px + p) * n + s * px);
    for (let q = 0; q < px; q++) {
      const re = sums[2 * (p * px + q)]!;
      const im = sums[2 * (p * px + q) + 1]!;
      out[row + 2 * q] = re;
      out[row + 2 * q + 1] = im;
      const mirrored = 2 * ((s * px + q) * n + y * px + p);
      out[mirrored] = re;
      out[mirrored + 1] = -im;
    }
  }
}

/** Σ_p conj(a(p)) a(p)ᵀ over patches a (k²·C), the conjugate of ÂÂᴴ. */
function gramOfOffsets(k: Kernels, block: ComplexArray, extent: number): ComplexArray {
  const coils = block.shape[0]!;
  const half = Math.floor(extent / 2);
  const offsets = Array.from(
    { length: extent * extent },
    (_, d): Offset => [(d % extent) - half, Math.floor(d / extent) - half],
  );
  const n = offsets.length * coils;
  const out = k.complex(n, n);
  k.scope(() => {
    const correlation = patchCorrelations(k, coilsLast(k, block), [extent, extent]);
    offsets.forEach((a, s) => {
      offsets.forEach((b, t) => {
        const part = correlation(a, b);
        for (let i = 0; i < coils; i++) {
          out.data.set(
            part.subarray(2 * i * coils, 2 * (i + 1) * coils),
            2 * ((s * coils + i) * n + t * coils),
          );
        }
      });
    });
  });
  return out;
}
