// Largest eigenvalue and eigenvector of the ESPIRiT matrices of one row of pixels: four neighbouring pixels
// are the lanes, their matrices are evaluated from the lags along x and stay in the first-level cache.
import { COMPLEX, PLANAR, add, mul, storeComplex, storeReal, sub } from './lanes';

const MOST_ITERATIONS: i32 = 200;
/** Residual ‖Gv − λv‖ of vectors that are kept, and of pixels whose eigenvalue is below the crop. */
const FINE: f32 = 1e-4;
const COARSE: f32 = 3e-3;
/** Distance from the crop at which eigenvalues are still computed finely. */
const MARGIN: f32 = 0.02;
/** Share of the fixed vector in every start: a neighbour's vector alone may be a lesser eigenvector here. */
const SHARE: f32 = 0.25;

/**
 * @param lags [2·reach + 1][coil][coil], transformed along y already
 * @param waves [group][2·reach + 1] planar: e^{−2πi δ(x − ⌊nx/2⌋)/nx} of the group's four pixels
 * @param reference [coil]
 * @param maps, eigenvalue: first pixel of the row; `plane` bytes between coils
 * @param scratch (coils² + 3·coils) planar samples; the last `coils` hold the start: vectors of the last group
 */
export function eigenRow(
  maps: usize,
  plane: usize,
  eigenvalue: usize,
  lags: usize,
  waves: usize,
  reference: usize,
  coils: i32,
  nx: i32,
  reach: i32,
  crop: f32,
  scratch: usize,
): void {
  const vectors = <usize>coils * PLANAR;
  const vector = scratch + <usize>coils * vectors;
  const image = vector + vectors;
  const start = image + vectors;
  const group = <usize>(2 * reach + 1) * PLANAR;
  for (let x = 0; x < nx; x += 4) {
    evaluate(scratch, lags, waves, coils, 2 * reach + 1);
    waves += group;
    perturb(vector, start, coils);
    const value = dominate(scratch, vector, image, coils, crop);
    memory.copy(start, vector, vectors);
    storeReal(eigenvalue + (<usize>x << 2), value, nx - x);
    writeAligned(maps + <usize>x * COMPLEX, plane, vector, reference, coils, value, crop, nx - x);
  }
}

/** G[i][j] = Σ_δ lags[δ][i][j] wave_δ of four pixels; the lower triangle from the upper one. */
function evaluate(matrix: usize, lags: usize, waves: usize, coils: i32, terms: i32): void {
  const apart = <usize>(coils * coils) * COMPLEX;
  for (let i = 0; i < coils; i++) {
    for (let j = i; j < coils; j++) {
      let re = f32x4.splat(0);
      let im = f32x4.splat(0);
      let lag = lags + <usize>(i * coils + j) * COMPLEX;
      let wave = waves;
      for (let t = 0; t < terms; t++) {
        const c = v128.load(wave);
        const s = v128.load(wave, 16);
        const a = v128.load32_splat(lag);
        const b = v128.load32_splat(lag, 4);
        re = add(re, sub(mul(a, c), mul(b, s)));
        im = add(im, add(mul(a, s), mul(b, c)));
        wave += PLANAR;
        lag += apart;
      }
      const upper = matrix + <usize>(i * coils + j) * PLANAR;
      const lower = matrix + <usize>(j * coils + i) * PLANAR;
      v128.store(lower, re);
      v128.store(lower, f32x4.neg(im), 16);
      v128.store(upper, re);
      v128.store(upper, i == j ? f32x4.splat(0) : im, 16);
    }
  }
}

/** start/‖start‖ plus a fixed vector of irregular signs. */
function perturb(vector: usize, start: usize, coils: i32): void {
  const size: f32 = SHARE / sqrt<f32>(<f32>coils);
  for (let c = 0; c < coils; c++) {
    const at = <usize>c * PLANAR;
    const sign: f32 = (((c * 7 + 3) * (c + 5)) >> 1) & 1 ? -size : size;
    v128.store(vector + at, add(v128.load(start + at), f32x4.splat(sign)));
    v128.store(vector + at, add(v128.load(start + at, 16), f32x4.splat(c & 1 ? size : -size)), 16);
  }
}

/** Power iteration on `vector` (unit at the end); returns the eigenvalues. */
function dominate(matrix: usize, vector: usize, image: usize, coils: i32, crop: f32): v128 {
  const end = vector + <usize>coils * PLANAR;
  const fine = f32x4.splat(FINE * FINE);
  const coarse = f32x4.splat(COARSE * COARSE);
  const limit = f32x4.splat(crop - MARGIN);
  let value = f32x4.splat(0);
  normalise(vector, vector, end);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    let row = matrix;
    let to = image;
    let power = f32x4.splat(0);
    value = f32x4.splat(0);
    for (let v = vector; v < end; v += PLANAR) {
      let re0 = f32x4.splat(0);
      let im0 = f32x4.splat(0);
      let re1 = f32x4.splat(0);
      let im1 = f32x4.splat(0);
      for (let w = vector; w < end; w += PLANAR) {
        const a = v128.load(row);
        const b = v128.load(row, 16);
        const c = v128.load(w);
        const d = v128.load(w, 16);
        re0 = add(re0, mul(a, c));
        re1 = add(re1, mul(b, d));
        im0 = add(im0, mul(a, d));
        im1 = add(im1, mul(b, c));
        row += PLANAR;
      }
      const re = sub(re0, re1);
      const im = add(im0, im1);
      v128.store(to, re);
      v128.store(to, im, 16);
      to += PLANAR;
      power = add(power, add(mul(re, re), mul(im, im)));
      value = add(value, add(mul(re, v128.load(v)), mul(im, v128.load(v, 16))));
    }
    const residual = residualOf(vector, image, end, value);
    normalise(vector, image, end);
    const tolerance = v128.bitselect(fine, coarse, f32x4.ge(value, limit));
    if (!v128.any_true(f32x4.gt(residual, tolerance))) break;
  }
  return value;
}

/** ‖Gv − λv‖² */
// @ts-ignore: decorator
@inline
function residualOf(vector: usize, image: usize, end: usize, value: v128): v128 {
  let sum = f32x4.splat(0);
  for (let v = vector; v < end; v += PLANAR) {
    const re = sub(v128.load(image), mul(value, v128.load(v)));
    const im = sub(v128.load(image, 16), mul(value, v128.load(v, 16)));
    sum = add(sum, add(mul(re, re), mul(im, im)));
    image += PLANAR;
  }
  return sum;
}

/** [vector, end) = from/‖from‖, zero where that is. */
// @ts-ignore: decorator
@inline
function normalise(vector: usize, from: usize, end: usize): void {
  let power = f32x4.splat(0);
  const apart = from - vector;
  for (let v = vector; v < end; v += PLANAR) {
    const re = v128.load(v + apart);
    const im = v128.load(v + apart, 16);
    power = add(power, add(mul(re, re), mul(im, im)));
  }
  const scale = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.max(power, f32x4.splat(1e-30))));
  for (let v = vector; v < end; v += PLANAR) {
    v128.store(v, mul(v128.load(v + apart), scale));
    v128.store(v, mul(v128.load(v + apart, 16), scale), 16);
  }
}

/** vector · e^{−iφ}, φ the phase of Σ conj(reference_c) vector_c; zero where the eigenvalue is below the crop. */
function writeAligned(
  maps: usize,
  plane: usize,
  vector: usize,
  reference: usize,
  coils: i32,
  value: v128,
  crop: f32,
  count: i32,
): void {
  let re = f32x4.splat(0);
  let im = f32x4.splat(0);
  for (let c: usize = 0; c < <usize>coils; c++) {
    const a = v128.load32_splat(reference + (c << 3));
    const b = v128.load32_splat(reference + (c << 3), 4);
    const s = v128.load(vector + c * PLANAR);
    const t = v128.load(vector + c * PLANAR, 16);
    re = add(re, add(mul(a, s), mul(b, t)));
    im = add(im, sub(mul(a, t), mul(b, s)));
  }
  const zero = f32x4.splat(0);
  const size = f32x4.sqrt(add(mul(re, re), mul(im, im)));
  const known = f32x4.gt(size, zero);
  const kept = f32x4.ge(value, f32x4.splat(crop));
  const cosine = v128.and(kept, v128.bitselect(f32x4.div(re, size), f32x4.splat(1), known));
  const sine = v128.and(kept, v128.bitselect(f32x4.div(im, size), zero, known));
  for (let c: usize = 0; c < <usize>coils; c++) {
    const s = v128.load(vector + c * PLANAR);
    const t = v128.load(vector + c * PLANAR, 16);
    const to = maps + c * plane;
    storeComplex(to, add(mul(s, cosine), mul(t, sine)), sub(mul(t, cosine), mul(s, sine)), count);
  }
}
