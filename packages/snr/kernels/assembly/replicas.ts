// Pseudo multiple replicas without transforms: white noise stays white under a unitary FFT and under
// folding, so that noise is drawn in the (folded) image and combined there. Four pixels of a row are the
// lanes; their weights are gathered once, then every replica runs over them.
import { COMPLEX, PLANAR, add, imaginaryParts, mul, realParts, storeReal, sub } from './lanes';
import { NORMALS, drawWords, fourPixels, prepareNormals, streamOf, wordsToNormals } from './gaussian';

/** Four planar samples of every coil at one place. */
// @ts-ignore: decorator
@inline
function gatherCoils(to: usize, from: usize, coils: i32, apart: usize): void {
  for (let c = 0; c < coils; c++) {
    const low = v128.load(from);
    const high = v128.load(from, 16);
    v128.store(to, realParts(low, high));
    v128.store(to, imaginaryParts(low, high), 16);
    to += PLANAR;
    from += apart;
  }
}

/** Four planar noise samples of every coil, and of one more where the number of coils is odd. */
// @ts-ignore: decorator
@inline
function drawCoils(noises: usize, table: usize, pixels: v128, replica: i32, coils: i32): void {
  let to = noises;
  for (let c = 0; c < coils; c += 2, to += 2 * PLANAR) {
    drawWords(to, table, pixels, streamOf(replica, c), pixels, streamOf(replica, c + 1));
  }
  wordsToNormals(noises, to, table);
}

/**
 * See `Kernels.replicasLinear`. Scratch: NORMALS bytes and coils·(1 + folds) + folds + 1 planar samples,
 * folds = (ny/my)·(nx/mx).
 */
export function replicasLinear(
  sum: usize,
  sumOfSquares: usize,
  unmix: usize,
  coils: i32,
  ny: i32,
  nx: i32,
  my: i32,
  mx: i32,
  seed: i32,
  slice: i32,
  firstReplica: i32,
  endReplica: i32,
  firstRow: i32,
  endRow: i32,
  scratch: usize,
): void {
  const foldsX = nx / mx;
  const folds = (ny / my) * foldsX;
  const weightsOfFold = <usize>coils * PLANAR;
  const noises = scratch + NORMALS;
  const weights = noises + <usize>(coils + 1) * PLANAR;
  const sums = weights + <usize>folds * weightsOfFold;
  const apart = <usize>(ny * nx) * COMPLEX;
  prepareNormals(scratch, seed, slice);
  for (let y = firstRow; y < endRow; y++) {
    for (let x = 0; x < mx; x += 4) {
      for (let f = 0; f < folds; f++) {
        const place = <usize>((y + (f / foldsX) * my) * nx + x + (f % foldsX) * mx);
        gatherCoils(weights + <usize>f * weightsOfFold, unmix + place * COMPLEX, coils, apart);
        v128.store(sums + <usize>f * PLANAR, v128.load(sum + (place << 2)));
        v128.store(sums + <usize>f * PLANAR, v128.load(sumOfSquares + (place << 2)), 16);
      }
      const pixels = fourPixels(scratch, y * mx + x);
      for (let replica = firstReplica; replica < endReplica; replica++) {
        drawCoils(noises, scratch, pixels, replica, coils);
        let weight = weights;
        for (let f = 0; f < folds; f++) {
          let value = f32x4.splat(0);
          for (let noise = noises; noise < noises + weightsOfFold; noise += PLANAR) {
            const straight = mul(v128.load(weight), v128.load(noise));
            value = add(value, sub(straight, mul(v128.load(weight, 16), v128.load(noise, 16))));
            weight += PLANAR;
          }
          accumulate(sums + <usize>f * PLANAR, value);
        }
      }
      for (let f = 0; f < folds; f++) {
        const place = <usize>((y + (f / foldsX) * my) * nx + x + (f % foldsX) * mx);
        storeReal(sum + (place << 2), v128.load(sums + <usize>f * PLANAR), mx - x);
        storeReal(sumOfSquares + (place << 2), v128.load(sums + <usize>f * PLANAR, 16), mx - x);
      }
    }
  }
}

/** See `Kernels.replicasRss`. Scratch: NORMALS bytes and 2·coils + 2 planar samples. */
export function replicasRss(
  sum: usize,
  sumOfSquares: usize,
  images: usize,
  coils: i32,
  ny: i32,
  nx: i32,
  seed: i32,
  slice: i32,
  firstReplica: i32,
  endReplica: i32,
  firstRow: i32,
  endRow: i32,
  scratch: usize,
): void {
  const samples = scratch + NORMALS;
  const noises = samples + <usize>coils * PLANAR;
  const sums = noises + <usize>(coils + 1) * PLANAR;
  prepareNormals(scratch, seed, slice);
  for (let y = firstRow; y < endRow; y++) {
    for (let x = 0; x < nx; x += 4) {
      const place = <usize>(y * nx + x);
      gatherCoils(samples, images + place * COMPLEX, coils, <usize>(ny * nx) * COMPLEX);
      const power = powerOf(samples, noises);
      const norm = f32x4.sqrt(power);
      v128.store(sums, v128.load(sum + (place << 2)));
      v128.store(sums, v128.load(sumOfSquares + (place << 2)), 16);
      const pixels = fourPixels(scratch, <i32>place);
      for (let replica = firstReplica; replica < endReplica; replica++) {
        drawCoils(noises, scratch, pixels, replica, coils);
        accumulate(sums, changeOfNorm(samples, noises, power, norm));
      }
      storeReal(sum + (place << 2), v128.load(sums), nx - x);
      storeReal(sumOfSquares + (place << 2), v128.load(sums, 16), nx - x);
    }
  }
}

// @ts-ignore: decorator
@inline
function accumulate(sums: usize, value: v128): void {
  v128.store(sums, add(v128.load(sums), value));
  v128.store(sums, add(v128.load(sums, 16), mul(value, value)), 16);
}

/** Σ |x|² of the samples in [from, end). */
// @ts-ignore: decorator
@inline
function powerOf(from: usize, end: usize): v128 {
  let power = f32x4.splat(0);
  for (; from < end; from += PLANAR) {
    const re = v128.load(from);
    const im = v128.load(from, 16);
    power = add(power, add(mul(re, re), mul(im, im)));
  }
  return power;
}

/** ‖x + n‖ − ‖x‖ = s/(√(‖x‖² + s) + ‖x‖) with s = ‖x + n‖² − ‖x‖²: nothing cancels at high SNR. */
// @ts-ignore: decorator
@inline
function changeOfNorm(samples: usize, noises: usize, power: v128, norm: v128): v128 {
  let change = f32x4.splat(0);
  let sample = samples;
  const apart = noises - samples;
  for (; sample < noises; sample += PLANAR) {
    const re = v128.load(sample);
    const im = v128.load(sample, 16);
    const nRe = v128.load(sample + apart);
    const nIm = v128.load(sample + apart, 16);
    change = add(change, mul(nRe, add(add(re, re), nRe)));
    change = add(change, mul(nIm, add(add(im, im), nIm)));
  }
  const noisy = f32x4.sqrt(f32x4.max(add(power, change), f32x4.splat(0)));
  return f32x4.div(change, f32x4.max(add(noisy, norm), f32x4.splat(1e-30)));
}
