// Lower-triangular matrix times coil vector, per pixel: a tile of pixels of all coils is copied into scratch
// that fits the first-level cache (coils lie far apart in memory), then rows are computed two at a time.
//
// Samples stay interleaved: with M = a + ib, M·x = a·x + i(b·x), so that a·x and b·x accumulate apart with
// real factors and i is applied once, at the end.
import { COMPLEX, add, mul } from './lanes';

/**
 * `tile` (even) pixels at a time; scratch: 2·coils·tile samples. In place allowed: a tile is read before
 * it is written.
 */
export function whiten(
  out: usize,
  input: usize,
  matrix: usize,
  coils: i32,
  pixels: i32,
  tile: i32,
  scratch: usize,
): void {
  const pitch = <usize>tile * COMPLEX;
  const results = scratch + <usize>coils * pitch;
  const apart = <usize>pixels * COMPLEX;
  for (let p = 0; p < pixels; p += tile) {
    const at = <usize>p * COMPLEX;
    const bytes = <usize>min(tile, pixels - p) * COMPLEX;
    for (let c: usize = 0; c < <usize>coils; c++) memory.copy(scratch + c * pitch, input + c * apart + at, bytes);
    if (bytes == pitch) {
      multiplyTile(out + at, apart, scratch, pitch, matrix, coils);
    } else {
      multiplyTile(results, pitch, scratch, pitch, matrix, coils);
      for (let c: usize = 0; c < <usize>coils; c++) memory.copy(out + c * apart + at, results + c * pitch, bytes);
    }
  }
}

function multiplyTile(out: usize, apart: usize, tile: usize, pitch: usize, matrix: usize, coils: i32): void {
  const row = <usize>coils * COMPLEX;
  let i: i32 = 0;
  for (; i + 1 < coils; i += 2) {
    const upper = matrix + <usize>i * row;
    const lower = upper + row;
    const to = out + <usize>i * apart;
    let at: usize = 0;
    for (; at + 32 <= pitch; at += 32) twoRows(to + at, apart, tile + at, pitch, upper, lower, i);
    if (at < pitch) {
      oneRow(to + at, tile + at, pitch, upper, i);
      oneRow(to + apart + at, tile + at, pitch, lower, i + 1);
    }
  }
  if (i < coils) {
    const to = out + <usize>i * apart;
    for (let at: usize = 0; at < pitch; at += 16) oneRow(to + at, tile + at, pitch, matrix + <usize>i * row, i);
  }
}

/** i · (two interleaved samples). */
// @ts-ignore: decorator
@inline
function timesI(x: v128): v128 {
  const exchanged = v128.shuffle<f32>(x, x, 1, 0, 3, 2);
  return v128.xor(exchanged, i32x4(<i32>0x80000000, 0, <i32>0x80000000, 0));
}

/** Rows i and i + 1 of the product, four pixels. */
// @ts-ignore: decorator
@inline
function twoRows(to: usize, apart: usize, tile: usize, pitch: usize, upper: usize, lower: usize, i: i32): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  const end = upper + (<usize>(i + 1) << 3);
  const below = lower - upper;
  let from = tile;
  for (let m = upper; m < end; m += COMPLEX) {
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    from += pitch;
    let factor = v128.load32_splat(m);
    a0 = add(a0, mul(factor, x0));
    a1 = add(a1, mul(factor, x1));
    factor = v128.load32_splat(m, 4);
    b0 = add(b0, mul(factor, x0));
    b1 = add(b1, mul(factor, x1));
    factor = v128.load32_splat(m + below);
    c0 = add(c0, mul(factor, x0));
    c1 = add(c1, mul(factor, x1));
    factor = v128.load32_splat(m + below, 4);
    d0 = add(d0, mul(factor, x0));
    d1 = add(d1, mul(factor, x1));
  }
  v128.store(to, add(a0, timesI(b0)));
  v128.store(to, add(a1, timesI(b1)), 16);
  const x0 = v128.load(from);
  const x1 = v128.load(from, 16);
  let factor = v128.load32_splat(end + below);
  c0 = add(c0, mul(factor, x0));
  c1 = add(c1, mul(factor, x1));
  factor = v128.load32_splat(end + below, 4);
  d0 = add(d0, mul(factor, x0));
  d1 = add(d1, mul(factor, x1));
  v128.store(to + apart, add(c0, timesI(d0)));
  v128.store(to + apart, add(c1, timesI(d1)), 16);
}

/** Row i of the product, two pixels. */
// @ts-ignore: decorator
@inline
function oneRow(to: usize, tile: usize, pitch: usize, row: usize, i: i32): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  const end = row + (<usize>(i + 1) << 3);
  let from = tile;
  for (let m = row; m < end; m += COMPLEX) {
    const x = v128.load(from);
    from += pitch;
    a = add(a, mul(v128.load32_splat(m), x));
    b = add(b, mul(v128.load32_splat(m, 4), x));
  }
  v128.store(to, add(a, timesI(b)));
}
