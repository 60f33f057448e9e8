import type { ComplexArray, RealArray } from '../arrays.ts';
import type { CalibrationKernels } from './calibration.ts';

/** 'image': k-space → image (exponent +i). 'kspace': image → k-space (exponent −i). Both unitary and centred. */
export type Direction = 'image' | 'kspace';

/**
 * Names one stream of synthetic noise. The value at (replica, coil, pixel) depends on these numbers alone,
 * never on how rows or replicas are spread over threads.
 */
export interface NoiseKey {
  readonly seed: number;
  readonly slice: number;
}

/** Half-open range. */
export type Range = readonly [from: number, to: number];

/**
 * The hot loops of the engine. Two implementations share this interface: WebAssembly SIMD (`wasm/`)
 * and plain float64 TypeScript (`oracle/`), which is the oracle of the tests.
 *
 * Layout: `[coil][y][x]`, x (readout) fastest, complex64 interleaved. Arrays given to the WebAssembly
 * kernels must come from their own `complex()`/`real()` (they live in its memory); `out` may be the same
 * array as `input` where stated "in place allowed". Allocation is a stack: what `scope` allocates is
 * released when it returns.
 */
export interface Kernels {
  /** e.g. "wasm-simd128 0.1.0" or "float64" */
  readonly name: string;
  /** The hot loops of GRAPPA and ESPIRiT on the same memory. */
  readonly calibration: CalibrationKernels;

  /** A new array of zeros. */
  complex(...shape: number[]): ComplexArray;
  /** A new array of zeros. */
  real(...shape: number[]): RealArray;
  /** The same with arbitrary content, for what is written as a whole. */
  complexUnset(...shape: number[]): ComplexArray;
  realUnset(...shape: number[]): RealArray;
  /** Copies an array from anywhere into kernel memory. */
  load<A extends ComplexArray | RealArray>(array: A): A;
  scope<T>(body: () => T): T;
  /** The same for a body that waits; scopes still nest, so only one such body may be under way. */
  scopeAsync<T>(body: () => Promise<T>): Promise<T>;

  /**
   * Centred unitary 2D FFT over the last two axes of (…, y, x), batched over the others. Any size.
   * F[k] = 1/√N Σ f[n] e^{∓2πi (k−⌊N/2⌋)(n−⌊N/2⌋)/N} along each axis. In place allowed.
   */
  fft2(out: ComplexArray, input: ComplexArray, direction: Direction): void;
  /** The same along the last axis (x) alone. In place allowed. */
  fftReadout(out: ComplexArray, input: ComplexArray, direction: Direction): void;
  /** The same along the last but one axis (y) alone. In place allowed. */
  fftPhase(out: ComplexArray, input: ComplexArray, direction: Direction): void;

  /**
   * Applies a (C, C) lower-triangular matrix to every pixel: out[i] = Σ_{j≤i} M[i,j] input[j].
   * input and out (coil, …). In place allowed.
   */
  whiten(out: ComplexArray, input: ComplexArray, matrix: ComplexArray): void;

  /** out[p] = √Σ_c |input[c][p]|²; input (coil, …), out the rest of its axes. */
  rss(out: RealArray, input: ComplexArray): void;

  /** images[c][p] /= √Σ_c |images[c][p]|², 0 where that is 0; in place. images (coil, …). */
  normalise(images: ComplexArray): void;

  /** out[p] = Σ_c conj(a[c][p]) b[c][p]. */
  inner(out: ComplexArray, a: ComplexArray, b: ComplexArray): void;

  /**
   * SENSE unmixing. sensitivities, unmix (coil, ny, nx); acceleration [rx, ry] with rx | nx and ry | ny.
   * Pixels (y + j·ny/ry, x + i·nx/rx) fold together; per folded pixel A (coil × R) holds their
   * sensitivities, unmix = rows of pinv(A) = (AᴴA)⁻¹Aᴴ, gFactor[ρ] = √((AᴴA)⁻¹ρρ (AᴴA)ρρ).
   * Pixels whose sensitivities are all zero take no part (unmix 0, g 0); where AᴴA of the others is
   * rank-deficient (a pivot below 1e-6 of its diagonal) the pseudo-inverse is used and g is 0 for pixels
   * that cannot be resolved. With acceleration [1, 1] this is conj(S)/(SᴴS).
   */
  senseUnmix(
    unmix: ComplexArray,
    gFactor: RealArray | undefined,
    sensitivities: ComplexArray,
    acceleration: readonly [number, number],
  ): void;

  /** out(y, x) = Σ_c unmix[c](y, x) · folded[c](y mod my, x mod mx); folded (coil, my, mx). */
  unfold(out: ComplexArray, unmix: ComplexArray, folded: ComplexArray): void;

  /**
   * Synthetic white noise CN(0, 1) (each part of variance ½) of one replica: out (coil, my, mx), only rows
   * `rows` of each coil are written. Box–Muller over a counter-based generator.
   */
  noise(out: ComplexArray, key: NoiseKey, replica: number, rows: Range): void;

  /**
   * Adds the replicas' noise-only images of a linear reconstruction to running sums:
   * v = Re Σ_c unmix[c](y, x) n[c](y mod my, x mod mx) with n = `noise` of shape (coil, my, mx);
   * sum += v, sumOfSquares += v² for replicas in `replicas` and folded rows in `rows`.
   * The caller turns `unmix` so that the real part lies along the signal's phase.
   */
  replicasLinear(
    sum: RealArray,
    sumOfSquares: RealArray,
    unmix: ComplexArray,
    folded: readonly [my: number, mx: number],
    key: NoiseKey,
    replicas: Range,
    rows: Range,
  ): void;

  /**
   * The same for root-sum-of-squares: v = ‖x + n‖ − ‖x‖ per pixel, x (coil, ny, nx) noise-free.
   */
  replicasRss(
    sum: RealArray,
    sumOfSquares: RealArray,
    images: ComplexArray,
    key: NoiseKey,
    replicas: Range,
    rows: Range,
  ): void;
}
