// Unmixing of four sets of R folded pixels, one set a lane: G = AᴴA, its inverse by Gauss–Jordan elimination,
// rows = G⁻¹Aᴴ. Lanes that are nearly singular in single precision are done again in double precision.
import { PLANAR, add, mul, sub } from './lanes';
import { unmixLane } from './unmixLane';

/** Single precision serves while every pivot keeps this fraction of its diagonal element (g up to about 30). */
const SAFE_PIVOT: f32 = 1e-3;
/** Diagonal elements outside this range would meet the limits of single precision. */
const SMALLEST: f32 = 1e-25;
const LARGEST: f32 = 1e25;

// @ts-ignore: decorator
@inline
function entry(matrix: usize, order: i32, i: i32, j: i32): usize {
  return matrix + <usize>(i * order + j) * PLANAR;
}

/**
 * a, rows: (pixel, coil) planar; g: a vector per pixel. `count` lanes matter. Work: R² + R planar samples
 * and the matrices of `unmixLane`.
 */
export function unmixGroup(rows: usize, g: usize, a: usize, pixels: i32, coils: i32, count: i32, work: usize): void {
  const diagonal = work;
  const gram = diagonal + <usize>pixels * PLANAR;
  const rest = gram + <usize>(pixels * pixels) * PLANAR;
  let unsafe = normalMatrix(gram, diagonal, a, pixels, coils);
  unsafe = v128.or(unsafe, invert(gram, diagonal, pixels));
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < coils; c++) {
      let re = f32x4.splat(0);
      let im = f32x4.splat(0);
      let weight = entry(gram, pixels, p, 0);
      let from = a + <usize>c * PLANAR;
      for (let j = 0; j < pixels; j++) {
        const wRe = v128.load(weight);
        const wIm = v128.load(weight, 16);
        const aRe = v128.load(from);
        const aIm = v128.load(from, 16);
        re = add(re, add(mul(wRe, aRe), mul(wIm, aIm)));
        im = add(im, sub(mul(wIm, aRe), mul(wRe, aIm)));
        weight += PLANAR;
        from += <usize>coils * PLANAR;
      }
      const to = rows + <usize>(p * coils + c) * PLANAR;
      v128.store(to, re);
      v128.store(to, im, 16);
    }
    const squared = mul(v128.load(entry(gram, pixels, p, p)), v128.load(diagonal + <usize>p * PLANAR));
    v128.store(g + ((<usize>p) << 4), f32x4.sqrt(squared));
  }
  let lanes = i32x4.bitmask(unsafe) & ((1 << min(count, 4)) - 1);
  while (lanes) {
    const lane = ctz(lanes);
    unmixLane(rows, g, a, pixels, coils, lane, rest);
    lanes &= lanes - 1;
  }
}

/**
 * G[i, j] = Σ_c conj(a[i, c]) a[j, c], its diagonal also apart. Pixels without any sensitivity get a 1 on
 * the diagonal of G, so that they take no part. Returns the lanes beyond the range of single precision.
 */
function normalMatrix(gram: usize, diagonal: usize, a: usize, pixels: i32, coils: i32): v128 {
  const row = <usize>coils * PLANAR;
  let unsafe = i32x4.splat(0);
  for (let i = 0; i < pixels; i++) {
    const left = a + <usize>i * row;
    let power = f32x4.splat(0);
    let bits = i32x4.splat(0);
    for (let at = left; at < left + row; at += PLANAR) {
      const re = v128.load(at);
      const im = v128.load(at, 16);
      power = add(power, add(mul(re, re), mul(im, im)));
      bits = v128.or(bits, v128.or(re, im));
    }
    const dead = i32x4.eq(i32x4.shl(bits, 1), i32x4.splat(0));
    v128.store(diagonal + <usize>i * PLANAR, power);
    const to = entry(gram, pixels, i, i);
    v128.store(to, v128.bitselect(f32x4.splat(1), power, dead));
    v128.store(to, f32x4.splat(0), 16);
    const fits = v128.and(f32x4.ge(power, f32x4.splat(SMALLEST)), f32x4.le(power, f32x4.splat(LARGEST)));
    unsafe = v128.or(unsafe, v128.not(v128.or(dead, fits)));
    for (let j = 0; j < i; j++) {
      let re = f32x4.splat(0);
      let im = f32x4.splat(0);
      let right = a + <usize>j * row;
      for (let at = left; at < left + row; at += PLANAR, right += PLANAR) {
        const p = v128.load(at);
        const q = v128.load(at, 16);
        const s = v128.load(right);
        const t = v128.load(right, 16);
        re = add(re, add(mul(p, s), mul(q, t)));
        im = add(im, sub(mul(p, t), mul(q, s)));
      }
      const lower = entry(gram, pixels, i, j);
      const upper = entry(gram, pixels, j, i);
      v128.store(lower, re);
      v128.store(lower, im, 16);
      v128.store(upper, re);
      v128.store(upper, f32x4.neg(im), 16);
    }
  }
  return unsafe;
}

/** In place. Returns the lanes whose pivots fell below what single precision can serve. */
function invert(gram: usize, diagonal: usize, pixels: i32): v128 {
  const row = <usize>pixels * PLANAR;
  let unsafe = i32x4.splat(0);
  for (let k = 0; k < pixels; k++) {
    const at = entry(gram, pixels, k, k);
    const pivot = v128.load(at);
    const enough = mul(v128.load(diagonal + <usize>k * PLANAR), f32x4.splat(SAFE_PIVOT));
    unsafe = v128.or(unsafe, v128.not(f32x4.ge(pivot, enough)));
    const reciprocal = f32x4.div(f32x4.splat(1), pivot);
    v128.store(at, f32x4.splat(1));
    // The pivot is real; what rounding left of its imaginary part would grow with the scale of the data.
    v128.store(at, f32x4.splat(0), 16);
    const pivotRow = gram + <usize>k * row;
    for (let j = pivotRow; j < pivotRow + row; j += PLANAR) {
      v128.store(j, mul(v128.load(j), reciprocal));
      v128.store(j, mul(v128.load(j, 16), reciprocal), 16);
    }
    for (let i = 0; i < pixels; i++) {
      if (i == k) continue;
      const column = entry(gram, pixels, i, k);
      const re = v128.load(column);
      const im = v128.load(column, 16);
      v128.store(column, f32x4.splat(0));
      v128.store(column, f32x4.splat(0), 16);
      let from = pivotRow;
      const target = gram + <usize>i * row;
      for (let to = target; to < target + row; to += PLANAR, from += PLANAR) {
        const p = v128.load(from);
        const q = v128.load(from, 16);
        v128.store(to, sub(v128.load(to), sub(mul(re, p), mul(im, q))));
        v128.store(to, sub(v128.load(to, 16), add(mul(re, q), mul(im, p))), 16);
      }
    }
  }
  return unsafe;
}
