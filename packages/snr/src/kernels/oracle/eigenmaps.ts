import type { ComplexArray, RealArray } from '../../arrays.ts';
import { hermitianEigen } from '../../linalg/hermitianEigen.ts';

/** See `CalibrationKernels.eigenmaps`: every G(r) summed directly and decomposed in full. */
export function eigenmaps(
  maps: ComplexArray,
  eigenvalue: RealArray,
  lags: ComplexArray,
  reference: ComplexArray,
  crop: number,
): void {
  const [coils, ny, nx] = maps.shape as [number, number, number];
  const pairs = coils * coils;
  const [extent] = lags.shape as [number];
  const reach = (extent - 1) / 2;
  const alongY = new Float64Array(2 * extent * pairs);
  for (let y = 0; y < ny; y++) {
    alongY.fill(0);
    for (let dy = -reach; dy <= reach; dy++) {
      const from = lags.data.subarray(2 * (dy + reach) * extent * pairs);
      addTurned(alongY, from, (-2 * Math.PI * dy * (y - Math.floor(ny / 2))) / ny);
    }
    for (let x = 0; x < nx; x++) {
      const matrix = new Float64Array(2 * pairs);
      for (let dx = -reach; dx <= reach; dx++) {
        const from = alongY.subarray(2 * (dx + reach) * pairs);
        addTurned(matrix, from, (-2 * Math.PI * dx * (x - Math.floor(nx / 2))) / nx);
      }
      const { values, vectors } = hermitianEigen(matrix, coils);
      const value = values[coils - 1]!;
      eigenvalue.data[y * nx + x] = value;
      const vector = aligned(vectors.subarray(2 * (coils - 1) * coils), reference);
      for (let c = 0; c < coils; c++) {
        const at = 2 * ((c * ny + y) * nx + x);
        maps.data[at] = value < crop ? 0 : vector[2 * c]!;
        maps.data[at + 1] = value < crop ? 0 : vector[2 * c + 1]!;
      }
    }
  }
}

function addTurned(out: Float64Array, from: ArrayLike<number>, angle: number): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  for (let n = 0; n < out.length; n += 2) {
    out[n]! += from[n]! * c - from[n + 1]! * s;
    out[n + 1]! += from[n]! * s + from[n + 1]! * c;
  }
}

/** vector · e^{−iφ}, φ the phase of Σ_c conj(reference_c) vector_c. */
function aligned(vector: Float64Array, { data }: ComplexArray): Float64Array {
  let re = 0;
  let im = 0;
  for (let c = 0; c < vector.length; c += 2) {
    re += data[c]! * vector[c]! + data[c + 1]! * vector[c + 1]!;
    im += data[c]! * vector[c + 1]! - data[c + 1]! * vector[c]!;
  }
  const size = Math.hypot(re, im);
  const [cosine, sine] = size > 0 ? [re / size, -im / size] : [1, 0];
  return vector.map((v, i) =>
    i % 2 ? v * cosine + vector[i - 1]! * sine : v * cosine - vector[i + 1]! * sine,
  );
}
