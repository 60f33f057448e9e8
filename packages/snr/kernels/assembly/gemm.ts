// Complex matrix products. Samples stay interleaved: with a = α + iβ, a·b = α·b + i(β·b), so that α·b and β·b
// accumulate apart with real factors and i is applied once per block.
//
// Sums run over blocks of at most BLOCK products in single precision and are carried on in double precision
// (a "tile": two rows of four complex128), so that rounding does not grow with the length of the sum.
import { COMPLEX, add, mul } from './lanes';

/** Products that are summed in single precision. */
const BLOCK: i32 = 48;
/** Bytes of a tile. */
const TILE: usize = 128;

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
function carry(to: usize, from: usize): void {
  const upper = f64x2.promote_low_f32x4(v128.load64_zero(from, 8));
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v128.load64_zero(from))));
  v128.store(to, f64x2.add(v128.load(to, 16), upper), 16);
}

/**
 * to[r][c] = Σ_{l < count} a_r[l] b[l][c], r < 2, c < 4: the rows of a lie `below` bytes apart, their elements
 * `aStep`, those of b `bStep`, the rows of the result `toRow`.
 */
function block(
  to: usize,
  toRow: usize,
  a: usize,
  below: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  count: i32,
  signs: v128,
): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  const end = a + <usize>count * aStep;
  for (; a < end; a += aStep) {
    const x0 = v128.load(b);
    const x1 = v128.load(b, 16);
    b += bStep;
    let factor = v128.load32_splat(a);
    a0 = add(a0, mul(factor, x0));
    a1 = add(a1, mul(factor, x1));
    factor = v128.load32_splat(a, 4);
    b0 = add(b0, mul(factor, x0));
    b1 = add(b1, mul(factor, x1));
    factor = v128.load32_splat(a + below);
    c0 = add(c0, mul(factor, x0));
    c1 = add(c1, mul(factor, x1));
    factor = v128.load32_splat(a + below, 4);
    d0 = add(d0, mul(factor, x0));
    d1 = add(d1, mul(factor, x1));
  }
  v128.store(to, add(a0, turned(b0, signs)));
  v128.store(to, add(a1, turned(b1, signs)), 16);
  v128.store(to + toRow, add(c0, turned(d0, signs)));
  v128.store(to + toRow, add(c1, turned(d1, signs)), 16);
}

/** tile += the same for any length of sum; `part` is 64 bytes of scratch. */
function addToTile(
  tile: usize,
  part: usize,
  a: usize,
  below: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  count: i32,
  signs: v128,
): void {
  for (let first = 0; first < count; first += BLOCK) {
    const skip = <usize>first;
    block(part, 32, a + skip * aStep, below, aStep, b + skip * bStep, bStep, min(BLOCK, count - first), signs);
    carry(tile, part);
    carry(tile + 32, part + 16);
    carry(tile + 64, part + 32);
    carry(tile + 96, part + 48);
  }
}

/** Writes the first `count` of four complex128 as complex64. */
// @ts-ignore: decorator
@inline
function storeRow(to: usize, tile: usize, count: i32): void {
  for (let c: usize = 0; c < <usize>count; c++) {
    const rounded = f32x4.demote_f64x2_zero(v128.load(tile + (c << 4)));
    v128.store64_lane(to + (c << 3), rounded, 0);
  }
}

/** Four columns of (k, n) from b on, the first `columns` of them, as [k][4]; missing ones are zero. */
function packColumns(to: usize, b: usize, k: i32, row: usize, columns: i32): void {
  for (let l = 0; l < k; l++) {
    if (columns == 4) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    } else {
      memory.fill(to, 0, 32);
      memory.copy(to, b, <usize>columns * COMPLEX);
    }
    to += 32;
    b += row;
  }
}

/**
 * out (m, n) = A B; A[i][l] at a + i·aRow + l·aStep bytes, conjugated where asked; B (k, n). `outRow`: bytes
 * between rows of out. Scratch: 192 + 32·k bytes. Four columns of B are packed, then all rows run over them.
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
  const signs = signsOf(conjugate);
  const part = scratch + TILE;
  const panel = part + 64;
  for (let j = 0; j < n; j += 4) {
    const columns = min(4, n - j);
    packColumns(panel, b + <usize>j * COMPLEX, k, <usize>n * COMPLEX, columns);
    for (let i = 0; i < m; i += 2) {
      const upper = a + <usize>i * aRow;
      const to = out + <usize>i * outRow + <usize>j * COMPLEX;
      const second = i + 1 < m;
      const below = second ? aRow : 0;
      if (k > BLOCK) {
        memory.fill(scratch, 0, TILE);
        addToTile(scratch, part, upper, below, aStep, panel, 32, k, signs);
        storeRow(to, scratch, columns);
        if (second) storeRow(to + outRow, scratch + 64, columns);
      } else if (second && columns == 4) {
        block(to, outRow, upper, below, aStep, panel, 32, k, signs);
      } else {
        block(part, 32, upper, below, aStep, panel, 32, k, signs);
        memory.copy(to, part, <usize>columns * COMPLEX);
        if (second) memory.copy(to + outRow, part + 32, <usize>columns * COMPLEX);
      }
    }
  }
}

/**
 * Σ conj(a_i(p)) a_j(p + lag) over a box of `rows` lines of `columns` positions, `line` bytes apart, coils
 * adjacent. Tiles [⌈coils/2⌉][⌈coils/4⌉] in `tiles`; `part`: 64 bytes. Reads up to 24 bytes past the last position.
 */
export function correlate(
  tiles: usize,
  part: usize,
  a: usize,
  lag: isize,
  coils: i32,
  rows: i32,
  columns: i32,
  line: usize,
): void {
  const signs = signsOf(1);
  const step = <usize>coils * COMPLEX;
  const wide = (coils + 3) >> 2;
  memory.fill(tiles, 0, <usize>(((coils + 1) >> 1) * wide) * TILE);
  for (let y = 0; y < rows; y++) {
    let tile = tiles;
    for (let i = 0; i < coils; i += 2) {
      const upper = a + <usize>i * COMPLEX;
      const below: usize = i + 1 < coils ? COMPLEX : 0;
      for (let j = 0; j < wide; j++) {
        addToTile(tile, part, upper, below, step, a + lag + (<usize>j << 5), step, columns, signs);
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
