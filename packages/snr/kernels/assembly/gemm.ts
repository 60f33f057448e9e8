// Complex matrix products. Samples stay interleaved: with a = α + iβ, a·b = α·b + i(β·b), so that α·b and β·b
// accumulate apart with real factors and i is applied once per block.
//
// Sums run over blocks of at most BLOCK products in single precision and are carried on in double precision
// (a "tile": two rows of four complex128), so that rounding does not grow with the length of the sum.
import { COMPLEX, add, mul } from './lanes';

/** Products that are summed in single precision. */
const BLOCK: i32 = 48;
/** Bytes of a tile. */
export const TILE: usize = 128;

/** ±i · (two interleaved samples); `signs` flips the real parts for +i, the imaginary ones for −i. */
// @ts-ignore: decorator
@inline
function turned(x: v128, signs: v128): v128 {
  return v128.xor(v128.shuffle<f32>(x, x, 1, 0, 3, 2), signs);
}

// @ts-ignore: decorator
@inline
function signsOf(conjugate: i32): v128 {
  return conjugate != 0
    ? i32x4(0, <i32>0x80000000, 0, <i32>0x80000000)
    : i32x4(<i32>0x80000000, 0, <i32>0x80000000, 0);
}

/** Adds two complex64 to two complex128. */
// @ts-ignore: decorator
@inline
function carry(to: usize, x: v128): void {
  const upper = v128.shuffle<f32>(x, x, 2, 3, 2, 3);
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)));
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(upper)), 16);
}

/** tile[r][c] += Σ_{l < count} a_r[l] b[l][c]: rows at `upper` and `lower`, elements `aStep` and `bStep` bytes apart. */
export function addToTile(
  tile: usize,
  upper: usize,
  lower: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  count: i32,
  conjugate: i32,
): void {
  const signs = signsOf(conjugate);
  const below = lower - upper;
  while (count > 0) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let d0 = f32x4.splat(0);
    let d1 = f32x4.splat(0);
    const end = upper + <usize>min(count, BLOCK) * aStep;
    for (; upper < end; upper += aStep) {
      const x0 = v128.load(b);
      const x1 = v128.load(b, 16);
      b += bStep;
      let factor = v128.load32_splat(upper);
      a0 = add(a0, mul(factor, x0));
      a1 = add(a1, mul(factor, x1));
      factor = v128.load32_splat(upper, 4);
      b0 = add(b0, mul(factor, x0));
      b1 = add(b1, mul(factor, x1));
      factor = v128.load32_splat(upper + below);
      c0 = add(c0, mul(factor, x0));
      c1 = add(c1, mul(factor, x1));
      factor = v128.load32_splat(upper + below, 4);
      d0 = add(d0, mul(factor, x0));
      d1 = add(d1, mul(factor, x1));
    }
    carry(tile, add(a0, turned(b0, signs)));
    carry(tile + 32, add(a1, turned(b1, signs)));
    carry(tile + 64, add(c0, turned(d0, signs)));
    carry(tile + 96, add(c1, turned(d1, signs)));
    count -= BLOCK;
  }
}

/** Writes the first `count` of four complex128 as complex64. */
// @ts-ignore: decorator
@inline
function storeRow(to: usize, tile: usize, count: i32): void {
  for (let c: usize = 0; c < <usize>count; c++) {
    store<f32>(to + (c << 3), <f32>load<f64>(tile + (c << 4)));
    store<f32>(to + (c << 3), <f32>load<f64>(tile + (c << 4), 8), 4);
  }
}

/**
 * out (m, n) = A B; A[i][l] at a + i·aRow + l·aStep bytes, conjugated where asked; B (k, n). `outRow`: bytes
 * between rows of out. Scratch: TILE + 32·k bytes. Four columns of B are packed, then all rows run over them.
 */
export function multiply(
  out: usize,
  outRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  conjugate: i32,
  b: usize,
  m: i32,
  k: i32,
  n: i32,
  scratch: usize,
): void {
  const panel = scratch + TILE;
  const row = <usize>n * COMPLEX;
  for (let j = 0; j < n; j += 4) {
    const columns = min(4, n - j);
    for (let l: usize = 0; l < <usize>k; l++) {
      const from = b + l * row + <usize>j * COMPLEX;
      const to = panel + (l << 5);
      if (columns == 4) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        memory.fill(to, 0, 32);
        memory.copy(to, from, <usize>columns * COMPLEX);
      }
    }
    for (let i = 0; i < m; i += 2) {
      const upper = a + <usize>i * aRow;
      const second = i + 1 < m;
      memory.fill(scratch, 0, TILE);
      addToTile(scratch, upper, second ? upper + aRow : upper, aStep, panel, 32, k, conjugate);
      const to = out + <usize>i * outRow + <usize>j * COMPLEX;
      storeRow(to, scratch, columns);
      if (second) storeRow(to + outRow, scratch + 64, columns);
    }
  }
}

/**
 * Σ conj(a_i(p)) a_j(p + lag) over a box of `rows` lines of `columns` positions, `line` bytes apart, coils
 * adjacent. Tiles [⌈coils/2⌉][⌈coils/4⌉] in `tiles`; reads up to 24 bytes past the last position.
 */
export function correlate(
  tiles: usize,
  a: usize,
  lag: isize,
  coils: i32,
  rows: i32,
  columns: i32,
  line: usize,
): void {
  const step = <usize>coils * COMPLEX;
  const wide = (coils + 3) >> 2;
  memory.fill(tiles, 0, <usize>(((coils + 1) >> 1) * wide) * TILE);
  for (let y = 0; y < rows; y++) {
    let tile = tiles;
    for (let i = 0; i < coils; i += 2) {
      const upper = a + <usize>i * COMPLEX;
      const lower = i + 1 < coils ? upper + COMPLEX : upper;
      for (let j = 0; j < wide; j++) {
        addToTile(tile, upper, lower, step, a + lag + (<usize>j << 5), step, columns, 1);
        tile += TILE;
      }
    }
    a += line;
  }
}

/** Pairs of adjacent columns of (k, n) complex64 as complex128: [⌈n/2⌉][k][2], the missing column zero. */
function packDouble(to: usize, a: usize, k: i32, n: i32): void {
  for (let j = 0; j < n; j += 2) {
    for (let l = 0; l < k; l++) {
      const from = a + <usize>(l * n + j) * COMPLEX;
      v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
      v128.store(to, j + 1 < n ? f64x2.promote_low_f32x4(v128.load64_zero(from, 8)) : f64x2.splat(0), 16);
      to += 32;
    }
  }
}

/**
 * Lower blocks of AᴴA in double precision, a (k, n). `out`: complex128 [n'][n'], n' = n rounded up to even,
 * to which is added. Scratch: 16·k·n' bytes.
 */
export function gram(out: usize, a: usize, k: i32, n: i32, scratch: usize): void {
  packDouble(scratch, a, k, n);
  const panels = (n + 1) >> 1;
  const panel = <usize>k << 5;
  const row = <usize>panels << 5;
  for (let i = 0; i < panels; i++) {
    for (let j = 0; j <= i; j++) {
      const to = out + <usize>(2 * i) * row + (<usize>j << 5);
      gramTile(to, row, scratch + <usize>i * panel, scratch + <usize>j * panel, k);
    }
  }
}

/** conj(a)·b = α·b − i(β·b) of two columns each. */
function gramTile(to: usize, row: usize, a: usize, b: usize, k: i32): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  let d0 = f64x2.splat(0);
  let d1 = f64x2.splat(0);
  const end = a + (<usize>k << 5);
  for (; a < end; a += 32) {
    const x0 = v128.load(b);
    const x1 = v128.load(b, 16);
    b += 32;
    let factor = v128.load64_splat(a);
    a0 = f64x2.add(a0, f64x2.mul(factor, x0));
    a1 = f64x2.add(a1, f64x2.mul(factor, x1));
    factor = v128.load64_splat(a, 8);
    b0 = f64x2.add(b0, f64x2.mul(factor, x0));
    b1 = f64x2.add(b1, f64x2.mul(factor, x1));
    factor = v128.load64_splat(a, 16);
    c0 = f64x2.add(c0, f64x2.mul(factor, x0));
    c1 = f64x2.add(c1, f64x2.mul(factor, x1));
    factor = v128.load64_splat(a, 24);
    d0 = f64x2.add(d0, f64x2.mul(factor, x0));
    d1 = f64x2.add(d1, f64x2.mul(factor, x1));
  }
  addDouble(to, a0, b0);
  addDouble(to + 16, a1, b1);
  addDouble(to + row, c0, d0);
  addDouble(to + row + 16, c1, d1);
}

/** *to += x − i·y */
// @ts-ignore: decorator
@inline
function addDouble(to: usize, x: v128, y: v128): void {
  const turn = v128.xor(v128.shuffle<f64>(y, y, 1, 0), i64x2(0, <i64>0x8000000000000000));
  v128.store(to, f64x2.add(v128.load(to), f64x2.add(x, turn)));
}
