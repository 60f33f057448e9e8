import type { ComplexArray, RealArray } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { Kernels, NoiseKey, Range } from '../kernels/interface.ts';
import type { PreparedSlice } from '../prepare.ts';
import { needReference } from '../sensitivities/index.ts';
import type { SnrSettings } from '../settings.ts';
import { calibrateGrappa, type GrappaKernels, grappaAnalytic, grappaReplicasRss } from './grappa.ts';

/**
 * What a reconstruction computes once per slice and then applies to every repetition and replica.
 * linear: ρ̂(r) = Σ u_c(r) X_c(r mod M) with fixed unmixing u; rss and grappaRss: magnitude combinations.
 */
export type Reconstructor =
  | {
      readonly kind: 'linear';
      readonly unmix: ComplexArray;
      readonly gFactor: RealArray;
      /** True where u holds the aliases' phases already. */
      readonly placed: boolean;
    }
  | { readonly kind: 'rss' }
  | { readonly kind: 'grappaRss'; readonly kernels: GrappaKernels };

/** An image with the standard deviation of its noise (complex; the real part's is σ/√2). */
export interface AnalyticImage {
  /** Complex (ny, nx) before the phase of the aliases, or real for magnitude combinations. */
  readonly image: ComplexArray | RealArray;
  readonly magnitude: Float32Array;
  readonly noise: RealArray;
  readonly gFactor?: RealArray;
}

/**
 * Prepares the reconstruction of a slice.
 *
 * @param sensitivities prewhitened (coil, ny, nx); undefined with rss and with grappa combined by rss
 * @throws SnrError MRO_SNR_UNDERSAMPLED for rss and b1 of undersampled data
 */
export function buildReconstructor(
  k: Kernels,
  prepared: PreparedSlice,
  sensitivities: ComplexArray | undefined,
  settings: SnrSettings,
): Reconstructor {
  const { acceleration, shape, coils } = prepared;
  const { reconstruction } = settings;
  const reduced = acceleration[0] * acceleration[1] !== 1;
  if (reduced && (reconstruction === 'rss' || reconstruction === 'b1')) {
    throw new SnrError(
      'MRO_SNR_UNDERSAMPLED',
      `The data are undersampled (R = ${acceleration.join('×')}); ${reconstruction} would show folded images.`,
      'Choose sense or grappa.',
    );
  }
  if (reconstruction === 'rss') return { kind: 'rss' };
  const gFactor = k.realUnset(...shape);
  if (reconstruction !== 'grappa') {
    const unmix = k.complexUnset(coils, ...shape);
    k.senseUnmix(unmix, gFactor, sensitivities!, acceleration);
    return { kind: 'linear', unmix, gFactor, placed: false };
  }
  const kernels = k.scope(() =>
    calibrateGrappa(k, needReference(prepared).block, {
      acceleration,
      kernel: settings.kernel,
      tikhonov: settings.tikhonov,
    }),
  );
  if (!sensitivities) return { kind: 'grappaRss', kernels };
  const unmix = k.complexUnset(coils, ...shape);
  k.scope(() => {
    const image = k.complexUnset(...shape);
    const blank = k.complex(coils, shape[0] / acceleration[1], shape[1] / acceleration[0]);
    grappaAnalytic(k, kernels, blank, prepared.offset, { unmix, image, gFactor, sensitivities });
  });
  return { kind: 'linear', unmix, gFactor, placed: true };
}

/**
 * What whoever reads the maps should know: pixels that unfolding cannot tell from those that fold onto them (their g
 * is 0 although there is sensitivity) show a mixture of both.
 */
export function unfoldingNotes(
  reconstructor: Reconstructor,
  sensitivities: ComplexArray | undefined,
  acceleration: readonly [number, number],
): string[] {
  if (reconstructor.kind !== 'linear' || reconstructor.placed || !sensitivities) return [];
  const g = reconstructor.gFactor.data;
  const { data } = sensitivities;
  const isSensitive = (p: number): boolean => {
    for (let at = 2 * p; at < data.length; at += 2 * g.length)
      if (data[at] !== 0 || data[at + 1] !== 0) return true;
    return false;
  };
  if (!g.some((value, p) => value === 0 && isSensitive(p))) return [];
  return [
    `At R = ${acceleration.join('×')} the sensitivities cannot tell some pixels from those that fold onto them: ` +
      'g is 0 there, and image and SNR are a mixture. Use a lower acceleration or better sensitivities.',
  ];
}

/** Image, noise and g-factor of one repetition's folded images, by propagation of noise. */
export function reconstructAnalytic(
  k: Kernels,
  reconstructor: Reconstructor,
  prepared: PreparedSlice,
  folded: ComplexArray,
): AnalyticImage {
  const { shape, coils } = prepared;
  const noise = k.realUnset(...shape);
  if (reconstructor.kind === 'rss') {
    const image = k.realUnset(...shape);
    k.rss(image, folded);
    noise.data.fill(1);
    return { image, magnitude: image.data, noise };
  }
  if (reconstructor.kind === 'linear') {
    const image = k.complexUnset(...shape);
    k.unfold(image, reconstructor.unmix, folded);
    k.rss(noise, reconstructor.unmix);
    return { image, magnitude: magnitudeOf(image), noise, gFactor: reconstructor.gFactor };
  }
  const complexImage = k.complexUnset(...shape);
  const gFactor = k.realUnset(...shape);
  k.scope(() => {
    const unmix = k.complexUnset(coils, ...shape);
    grappaAnalytic(k, reconstructor.kernels, folded, prepared.offset, {
      unmix,
      image: complexImage,
      gFactor,
    });
    k.rss(noise, unmix);
  });
  const magnitude = magnitudeOf(complexImage);
  return { image: { data: magnitude, shape }, magnitude, noise, gFactor };
}

/** A replica computation that can be cut into bands of folded rows. */
export type ReplicaWork =
  | { readonly kind: 'linear'; readonly unmix: ComplexArray; readonly folded: readonly [number, number] }
  | { readonly kind: 'rss'; readonly images: ComplexArray }
  | {
      readonly kind: 'grappaRss';
      readonly kernels: GrappaKernels;
      readonly folded: ComplexArray;
      readonly offset: readonly [number, number];
    };

/** Adds Σv and Σv² of the noise-only images of `replicas`, folded rows `rows`, to (ny, nx) sums. */
export function addReplicas(
  k: Kernels,
  work: ReplicaWork,
  sum: RealArray,
  sumOfSquares: RealArray,
  key: NoiseKey,
  replicas: Range,
  rows: Range,
): void {
  if (work.kind === 'linear')
    k.replicasLinear(sum, sumOfSquares, work.unmix, work.folded, key, replicas, rows);
  else if (work.kind === 'rss') k.replicasRss(sum, sumOfSquares, work.images, key, replicas, rows);
  else grappaReplicasRss(k, work.kernels, work.folded, work.offset, sum, sumOfSquares, key, replicas, rows);
}

/** |image| of a complex (ny, nx) image. */
function magnitudeOf(image: ComplexArray): Float32Array {
  const out = new Float32Array(image.data.length / 2);
  for (let p = 0; p < out.length; p++) {
    const re = image.data[2 * p]!;
    const im = image.data[2 * p + 1]!;
    out[p] = Math.sqrt(re * re + im * im);
  }
  return out;
}
