import type { ComplexArray, RealArray } from '../arrays.ts';
import type { Kernels, NoiseKey, Range } from '../kernels/interface.ts';
import type { PreparedSlice } from '../prepare.ts';
import type { Reconstructor, ReplicaWork } from '../reconstructions/index.ts';
import { boxSums, snrInterval } from '../statistics.ts';

/** Runs bands of folded rows somewhere (this thread, others): resolves when all rows are done. */
export type ReplicaRunner = (
  work: ReplicaWork,
  sums: { readonly sum: RealArray; readonly sumOfSquares: RealArray },
  key: NoiseKey,
  replicas: Range,
  foldedRows: number,
) => Promise<void>;

/** Σv and Σv² over the replicas' noise-only images, v along the phase of the noise-free image. */
export async function replicaSums(
  k: Kernels,
  reconstructor: Reconstructor,
  prepared: PreparedSlice,
  folded: ComplexArray,
  image: ComplexArray | RealArray,
  key: NoiseKey,
  replicas: number,
  run: ReplicaRunner,
): Promise<{ sum: RealArray; sumOfSquares: RealArray }> {
  const [, my, mx] = folded.shape as [number, number, number];
  const sums = { sum: k.real(...prepared.shape), sumOfSquares: k.real(...prepared.shape) };
  await run(workOf(k, reconstructor, prepared, folded, image, [my, mx]), sums, key, [0, replicas], my);
  return sums;
}

/**
 * Pseudo multiple replicas (Robson 2008, MRM 60:895): σ² = (Σv² − (Σv)²/n)/(n − 1) per pixel,
 * SNR = |noise-free image|/σ.
 */
export function pseudoReplicaSnr(
  magnitude: Float32Array,
  sums: { sum: RealArray; sumOfSquares: RealArray },
  replicas: number,
): { snr: Float32Array; confidence: { lower: Float32Array; upper: Float32Array } } {
  const snr = magnitude.map((value, p) =>
    ratio(value, sums.sum.data[p]!, sums.sumOfSquares.data[p]!, replicas),
  );
  return { snr, confidence: snrInterval(snr, replicas - 1, 1) };
}

/**
 * Generalised pseudo-replica (Wiens 2011, MRM 66:1192): σ over the replicas and the (2·box+1)² neighbours of
 * the noise-only images. Pixels without noise (outside a mask) count neither as pixel nor as neighbour.
 */
export function generalisedPseudoReplicaSnr(
  magnitude: Float32Array,
  sums: { sum: RealArray; sumOfSquares: RealArray },
  replicas: number,
  box: number,
  shape: readonly [number, number],
): { snr: Float32Array; confidence: { lower: Float32Array; upper: Float32Array } } {
  const [ny, nx] = shape;
  const live = sums.sumOfSquares.data.map((v) => (v > 0 ? 1 : 0));
  const pixels = boxSums(live, ny, nx, box);
  const sum = boxSums(sums.sum.data, ny, nx, box);
  const squares = boxSums(sums.sumOfSquares.data, ny, nx, box);
  const counts = pixels.map((count) => Math.round(count * replicas));
  const snr = Float32Array.from(magnitude, (value, p) =>
    live[p] === 0 || counts[p]! < 2 ? 0 : ratio(value, sum[p]!, squares[p]!, counts[p]!),
  );
  return { snr, confidence: snrInterval(snr, (p) => counts[p]! - 1, 1) };
}

function ratio(signal: number, sum: number, sumOfSquares: number, count: number): number {
  const variance = (sumOfSquares - (sum * sum) / count) / (count - 1);
  return variance > 0 ? signal / Math.sqrt(variance) : 0;
}

function workOf(
  k: Kernels,
  reconstructor: Reconstructor,
  prepared: PreparedSlice,
  folded: ComplexArray,
  image: ComplexArray | RealArray,
  foldedShape: readonly [number, number],
): ReplicaWork {
  if (reconstructor.kind === 'rss') return { kind: 'rss', images: folded };
  if (reconstructor.kind === 'grappaRss') {
    return { kind: 'grappaRss', kernels: reconstructor.kernels, folded, offset: prepared.offset };
  }
  const unmix = k.complexUnset(...reconstructor.unmix.shape);
  turnAlong(unmix, reconstructor.unmix, image);
  return { kind: 'linear', unmix, folded: foldedShape };
}

/** out[c] = unmix[c]·e^{−i arg image}: the real part of what it yields lies along the image's phase. */
function turnAlong(out: ComplexArray, unmix: ComplexArray, image: ComplexArray | RealArray): void {
  const pixels = image.data.length / 2;
  const turn = new Float32Array(image.data.length);
  for (let p = 0; p < image.data.length; p += 2) {
    const magnitude = Math.sqrt(image.data[p]! ** 2 + image.data[p + 1]! ** 2);
    turn[p] = magnitude > 0 ? image.data[p]! / magnitude : 1;
    turn[p + 1] = magnitude > 0 ? -image.data[p + 1]! / magnitude : 0;
  }
  for (let from = 0; from < unmix.data.length; from += 2 * pixels) {
    for (let p = 0; p < 2 * pixels; p += 2) {
      const re = unmix.data[from + p]!;
      const im = unmix.data[from + p + 1]!;
      out.data[from + p] = re * turn[p]! - im * turn[p + 1]!;
      out.data[from + p + 1] = re * turn[p + 1]! + im * turn[p]!;
    }
  }
}
