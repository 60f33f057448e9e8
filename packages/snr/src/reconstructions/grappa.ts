import type { ComplexArray, RealArray } from '../arrays.ts';
import { elements } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { GrappaImages, GrappaKernels } from '../kernels/calibration.ts';
import type { Kernels, NoiseKey, Range } from '../kernels/interface.ts';
import { imageSpaceKernels } from '../kernels/oracle/grappa.ts';

export type { GrappaKernels } from '../kernels/calibration.ts';
export { calibrateGrappa } from './grappaCalibration.ts';

/**
 * Image-space kernels W (coil, coil, rows, nx): coil images without aliases are x̂_i(r) = Σ_j W_ij(r) x_zf,j(r),
 * x_zf the centred unitary transform of k-space that is zero off the lattice (Breuer 2009, MRM 62:739).
 * W depends on offsets alone, not on where the lattice begins; at R = 1 it is the identity. In float64.
 *
 * @param rows the band of rows that is wanted; all of them take C²·ny·nx complex numbers
 */
export function grappaWeights(
  kernels: GrappaKernels,
  { shape, rows }: { readonly shape: readonly [ny: number, nx: number]; readonly rows: Range },
): ComplexArray {
  return imageSpaceKernels(kernels, shape, rows);
}

/**
 * Image, unmixing and g-factor of folded images, noise propagated exactly for fixed kernels: with folded noise
 * CN(0, I) the image's noise has standard deviation ‖unmix‖.
 *
 * ρ̂(r) = Σ_c unmix_c(r) folded_c(r mod M). Combined by sensitivities, p = conj(S)/(SᴴS) (b1), or without them
 * by p = conj(x̂)/‖x̂‖ (rss, linearised), which makes ρ̂ = ‖x̂‖. g = ‖pᵀW‖/(R‖p‖): fully sampled data give
 * 1, and SNR = SNR_full/(g√R). g may fall below 1 where regularisation smooths.
 *
 * @param folded (coil, ny/ry, nx/rx): √R · x_zf of the first alias
 * @param offset [ox, oy] first acquired index along each axis
 * @throws SnrError MRO_SNR_SHAPE where shapes do not belong together
 */
export function grappaAnalytic(
  k: Kernels,
  kernels: GrappaKernels,
  folded: ComplexArray,
  offset: readonly [ox: number, oy: number],
  out: GrappaImages & { readonly sensitivities?: ComplexArray },
): void {
  const full = fullShape(kernels, folded);
  requireExtents('The unmixing', out.unmix, full, 2);
  requireExtents('The image', out.image, full.slice(1), 2);
  requireExtents('The g-factor', out.gFactor, full.slice(1), 1);
  if (out.sensitivities) requireExtents('The sensitivities', out.sensitivities, full, 2);
  k.calibration.grappaUnmix(out, kernels, folded, offset, out.sensitivities);
}

/**
 * Adds the replicas' deviations of the root-sum-of-squares image to running sums: v = ‖W(x_zf + n_zf)‖ −
 * ‖W x_zf‖ with the white noise of `Kernels.noise` on the folded images.
 *
 * @param sum, sumOfSquares (ny, nx)
 * @param rows folded rows; each adds to all of its aliases
 */
export function grappaReplicasRss(
  k: Kernels,
  kernels: GrappaKernels,
  folded: ComplexArray,
  offset: readonly [ox: number, oy: number],
  sum: RealArray,
  sumOfSquares: RealArray,
  key: NoiseKey,
  replicas: Range,
  rows: Range,
): void {
  const full = fullShape(kernels, folded).slice(1);
  requireExtents('The sum', sum, full, 1);
  requireExtents('The sum of squares', sumOfSquares, full, 1);
  k.calibration.grappaReplicas(sum, sumOfSquares, kernels, folded, offset, key, replicas, rows);
}

function fullShape({ acceleration, weights }: GrappaKernels, folded: ComplexArray): number[] {
  const [coils, my, mx] = folded.shape as [number, number, number];
  requireExtents('The folded images', folded, [weights.shape[3]!, my, mx], 2);
  return [coils, my * acceleration[1], mx * acceleration[0]];
}

function requireExtents(
  what: string,
  array: ComplexArray | RealArray,
  shape: readonly number[],
  parts: 1 | 2,
): void {
  const fits = array.shape.length === shape.length && shape.every((extent, i) => array.shape[i] === extent);
  if (fits && array.data.length === parts * elements(shape)) return;
  throw new SnrError(
    'MRO_SNR_SHAPE',
    `${what} has shape (${array.shape.join(', ')}), expected (${shape.join(', ')}).`,
  );
}
