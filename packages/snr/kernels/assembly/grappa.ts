// Image-space GRAPPA, one column of the image at a time: along a column the kernel W is a sum over the few
// offsets d_y of constant coil matrices times phase ramps, so that its application is a matrix product over
// all pixels of the column (see gemm.ts) and a sum with phases.
import { COMPLEX, add, imaginaryParts, mul, realParts } from './lanes';

/** out[n] = Σ_t factor_t · from[t][n] over `terms` vectors of `count` complex samples. */
export function weightedSum(out: usize, from: usize, factors: usize, terms: i32, count: i32): void {
  const row = <usize>count * COMPLEX;
  const end = row & ~15;
  for (let at: usize = 0; at < row; at += 16) {
    let straight = f32x4.splat(0);
    let crossed = f32x4.splat(0);
    let source = from + at;
    for (let t: usize = 0; t < <usize>terms; t++) {
      const x = v128.load(source);
      source += row;
      straight = add(straight, mul(v128.load32_splat(factors + (t << 3)), x));
      crossed = add(crossed, mul(v128.load32_splat(factors + (t << 3), 4), x));
    }
    const turned = v128.shuffle<f32>(crossed, crossed, 1, 0, 3, 2);
    const sum = add(straight, v128.xor(turned, i32x4(<i32>0x80000000, 0, <i32>0x80000000, 0)));
    if (at < end) v128.store(out + at, sum);
    else v128.store64_lane(out + at, sum, 0);
  }
}

/** Column `from` of planes (coil, …), samples `pitch` bytes apart, to rows of `row` bytes. */
export function gatherColumn(
  to: usize,
  row: usize,
  from: usize,
  plane: usize,
  pitch: usize,
  coils: i32,
  count: i32,
): void {
  for (let c: usize = 0; c < <usize>coils; c++) {
    let source = from + c * plane;
    const target = to + c * row;
    for (let y: usize = 0; y < <usize>count; y++) {
      store<u64>(target + (y << 3), load<u64>(source));
      source += pitch;
    }
  }
}

/** The reverse of `gatherColumn`. */
export function scatterColumn(
  to: usize,
  plane: usize,
  pitch: usize,
  from: usize,
  row: usize,
  coils: i32,
  count: i32,
): void {
  for (let c: usize = 0; c < <usize>coils; c++) {
    let target = to + c * plane;
    const source = from + c * row;
    for (let y: usize = 0; y < <usize>count; y++) {
      store<u64>(target, load<u64>(source + (y << 3)));
      target += pitch;
    }
  }
}

/**
 * out[c][y] = Σ_t phases[t][y] · from[t][c][y] for `count` samples of each of `coils` rows. A phase α + iβ is
 * four numbers (α, α, −β, β). Writes an even number of samples, and reads as many.
 */
export function phaseSum(
  out: usize,
  outRow: usize,
  from: usize,
  fromRow: usize,
  fromTerm: usize,
  phases: usize,
  phaseTerm: usize,
  terms: i32,
  coils: i32,
  count: i32,
): void {
  for (let c: usize = 0; c < <usize>coils; c++) {
    for (let y: usize = 0; y < <usize>count; y += 2) {
      let sum = f32x4.splat(0);
      let source = from + c * fromRow + (y << 3);
      let phase = phases + (y << 4);
      for (let t = 0; t < terms; t++) {
        const x = v128.load(source);
        const first = v128.load(phase);
        const second = v128.load(phase, 16);
        const crossed = mul(v128.shuffle<f32>(first, second, 2, 3, 6, 7), v128.shuffle<f32>(x, x, 1, 0, 3, 2));
        sum = add(sum, mul(v128.shuffle<f32>(first, second, 0, 1, 4, 5), x));
        sum = add(sum, crossed);
        source += fromTerm;
        phase += phaseTerm;
      }
      v128.store(out + c * outRow + (y << 3), sum);
    }
  }
}

/**
 * Coil combination of a column: p = conj(s)/‖s‖² or, with `rss`, conj(s)/‖s‖ (zero where s is), written over s;
 * image[y·pitch] = Σ p x̂, norms[y] = ‖p‖. Rows of s and x̂ are `row` bytes apart.
 */
export function combineColumn(
  s: usize,
  images: usize,
  row: usize,
  coils: i32,
  count: i32,
  rss: i32,
  image: usize,
  pitch: usize,
  norms: usize,
): void {
  for (let y: usize = 0; y < <usize>count; y++) {
    let power: f32 = 0;
    for (let c: usize = 0; c < <usize>coils; c++) {
      const at = s + c * row + (y << 3);
      power += load<f32>(at) * load<f32>(at) + load<f32>(at, 4) * load<f32>(at, 4);
    }
    const scale: f32 = power > 0 ? 1 / (rss ? sqrt<f32>(power) : power) : 0;
    let re: f32 = 0;
    let im: f32 = 0;
    for (let c: usize = 0; c < <usize>coils; c++) {
      const offset = c * row + (y << 3);
      const xRe = load<f32>(images + offset);
      const xIm = load<f32>(images + offset, 4);
      const pRe = load<f32>(s + offset) * scale;
      const pIm = -load<f32>(s + offset, 4) * scale;
      re += pRe * xRe - pIm * xIm;
      im += pRe * xIm + pIm * xRe;
      store<f32>(s + offset, pRe);
      store<f32>(s + offset, pIm, 4);
    }
    store<f32>(image, re);
    store<f32>(image, rss ? 0 : im, 4);
    image += pitch;
    store<f32>(norms + (y << 2), rss ? (power > 0 ? 1 : 0) : sqrt<f32>(power) * scale);
  }
}

/** g[y·pitch] = scale·‖u(y)‖/norms[y], 0 where the norm is. */
export function noiseGain(
  g: usize,
  pitch: usize,
  u: usize,
  row: usize,
  norms: usize,
  coils: i32,
  count: i32,
  scale: f32,
): void {
  for (let y: usize = 0; y < <usize>count; y++) {
    let power: f32 = 0;
    for (let c: usize = 0; c < <usize>coils; c++) {
      const at = u + c * row + (y << 3);
      power += load<f32>(at) * load<f32>(at) + load<f32>(at, 4) * load<f32>(at, 4);
    }
    const norm = load<f32>(norms + (y << 2));
    store<f32>(g, norm > 0 ? (scale * sqrt<f32>(power)) / norm : 0);
    g += pitch;
  }
}

/**
 * Adds v = ‖x̂ + n̂‖ − ‖x̂‖ and v² per pixel of a column to sums `pitch` bytes apart.
 * v = s/(√(‖x̂‖² + s) + ‖x̂‖), s = Σ n̂·(2x̂ + n̂): nothing cancels at high SNR. Rows hold an even number of samples.
 */
export function addDeviation(
  sum: usize,
  sumOfSquares: usize,
  pitch: usize,
  images: usize,
  noises: usize,
  row: usize,
  coils: i32,
  count: i32,
): void {
  for (let y: i32 = 0; y < count; y += 4) {
    let power = f32x4.splat(0);
    let change = f32x4.splat(0);
    for (let c: usize = 0; c < <usize>coils; c++) {
      const offset = c * row + (<usize>y << 3);
      const low = v128.load(images + offset);
      const high = v128.load(images + offset, 16);
      const re = realParts(low, high);
      const im = imaginaryParts(low, high);
      const nLow = v128.load(noises + offset);
      const nHigh = v128.load(noises + offset, 16);
      const nRe = realParts(nLow, nHigh);
      const nIm = imaginaryParts(nLow, nHigh);
      power = add(power, add(mul(re, re), mul(im, im)));
      change = add(change, add(mul(nRe, add(add(re, re), nRe)), mul(nIm, add(add(im, im), nIm))));
    }
    const noisy = f32x4.sqrt(f32x4.max(add(power, change), f32x4.splat(0)));
    const v = f32x4.div(change, f32x4.max(add(noisy, f32x4.sqrt(power)), f32x4.splat(1e-30)));
    const left = count - y;
    addAt(sum, sumOfSquares, f32x4.extract_lane(v, 0));
    if (left > 1) addAt(sum + pitch, sumOfSquares + pitch, f32x4.extract_lane(v, 1));
    if (left > 2) addAt(sum + 2 * pitch, sumOfSquares + 2 * pitch, f32x4.extract_lane(v, 2));
    if (left > 3) addAt(sum + 3 * pitch, sumOfSquares + 3 * pitch, f32x4.extract_lane(v, 3));
    sum += 4 * pitch;
    sumOfSquares += 4 * pitch;
  }
}

// @ts-ignore: decorator
@inline
function addAt(sum: usize, sumOfSquares: usize, v: f32): void {
  store<f32>(sum, load<f32>(sum) + v);
  store<f32>(sumOfSquares, load<f32>(sumOfSquares) + v * v);
}
