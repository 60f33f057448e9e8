import type { ComplexArray, RealArray } from '../arrays.ts';
import type { NoiseKey, Range } from './interface.ts';

/**
 * GRAPPA interpolation as one convolution of k-space: K̂_i(k) = Σ_d Σ_j weights[d][i][j] K_j(k + d), where K is
 * zero off the lattice. Offsets d = (dx, dy) run over the patch, −⌊k/2⌋ … k − 1 − ⌊k/2⌋ along each axis.
 * At offsets on the lattice only d = 0 is non-zero: the identity, which keeps acquired samples.
 * Plain data: may be sent to other threads.
 */
export interface GrappaKernels {
  readonly acceleration: readonly [rx: number, ry: number];
  /** Extents of the patch on the full grid. */
  readonly kernel: readonly [kx: number, ky: number];
  /** (ky, kx, coil to, coil from) */
  readonly weights: ComplexArray;
}

/** What `grappaUnmix` writes. */
export interface GrappaImages {
  /** (coil, ny, nx): ρ̂(r) = Σ_c unmix_c(r) · folded_c(r mod M); phases of the aliases and 1/√R included. */
  readonly unmix: ComplexArray;
  /** (ny, nx) */
  readonly image: ComplexArray;
  /** (ny, nx): ‖pᵀW‖/(R‖p‖), 0 where p is zero. */
  readonly gFactor: RealArray;
}

/**
 * The hot loops of GRAPPA and ESPIRiT, with the same two implementations as `Kernels` and the same rule:
 * complex arrays live in the memory of the kernels that they are given to.
 */
export interface CalibrationKernels {
  /**
   * out[i][j] = Σ conj(a_i(p)) a_j(p + lag) over positions p of the box rows × columns; (coil, coil)
   * interleaved on the JavaScript heap, summed in float64 over rows.
   *
   * @param a (y, x, coil); the box and its shifted copy lie within it
   * @param lag [x, y]
   */
  correlate(a: ComplexArray, rows: Range, columns: Range, lag: readonly [number, number]): Float64Array;

  /**
   * Reconstructs folded images through image-space kernels W(r) (Breuer 2009, MRM 62:739) and propagates
   * noise: x̂ = W x_zf, x_zf(y + j·my, x + i·mx) = e^{iφ} folded(y, x)/√R, φ = 2π(k0y·j/ry + k0x·i/rx),
   * k0 = offset − ⌊N/2⌋. Combination p = conj(S)/(SᴴS), or p = conj(x̂)/‖x̂‖ without sensitivities.
   *
   * @param folded (coil, my, mx), noise CN(0, I) if g is to hold
   * @param offset [ox, oy] first acquired index along each axis
   */
  grappaUnmix(
    out: GrappaImages,
    kernels: GrappaKernels,
    folded: ComplexArray,
    offset: readonly [number, number],
    sensitivities?: ComplexArray,
  ): void;

  /**
   * sum += v, sumOfSquares += v², v = ‖W(x_zf + n_zf)‖ − ‖W x_zf‖, for replicas in `replicas` and pixels that
   * fold onto `rows`; n = `noise(key, replica)` of shape (coil, my, mx), folded as above.
   */
  grappaReplicas(
    sum: RealArray,
    sumOfSquares: RealArray,
    kernels: GrappaKernels,
    folded: ComplexArray,
    offset: readonly [number, number],
    key: NoiseKey,
    replicas: Range,
    rows: Range,
  ): void;

  /** out (m, n) = A B, or Aᴴ B with `adjoint`: a (m, k) or (k, m), b (k, n). */
  multiply(out: ComplexArray, a: ComplexArray, b: ComplexArray, adjoint?: 'adjoint'): void;

  /** AᴴA of a (k, n) in float64: n×n interleaved on the JavaScript heap. */
  gram(a: ComplexArray): Float64Array;

  /**
   * Largest eigenvalue and unit eigenvector of G(r) = Σ_δ lags[δ] e^{−2πi δ·(r − ⌊N/2⌋)/N} per pixel,
   * found by iteration until ‖Gv − λv‖ ≤ 1e-4, or 3e-3 well below the crop;
   * the vector turned so that Σ_c conj(reference_c) maps_c is real and positive.
   *
   * @param maps (coil, ny, nx); zero where the eigenvalue is below `crop`
   * @param eigenvalue (ny, nx)
   * @param lags (2k−1, 2k−1, coil, coil), δ = (y, x) from −(k−1); G(r) is Hermitian
   * @param reference (coil)
   */
  eigenmaps(
    maps: ComplexArray,
    eigenvalue: RealArray,
    lags: ComplexArray,
    reference: ComplexArray,
    crop: number,
  ): void;
}
