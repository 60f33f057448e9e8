// Synthetic noise CN(0, 1) at (replica, coil, pixel): Threefry-2x32 with 13 rounds and Box–Muller, four
// adjacent pixels as lanes. `oracle/gaussian.ts` defines the stream; the random integers are the same here.
import { COMPLEX, PLANAR, add, mul, storeComplex, sub } from './lanes';

const PARITY: i32 = 0x1bd11bda;
/** Room of the counter for coils: replica·1024 + coil. */
const COIL_BITS: i32 = 10;

// Constants lie in scratch as whole vectors: a load is one instruction, a constant in the code is three.
const SLICE: usize = 0;
const THIRD_1: usize = 16;
const THIRD: usize = 32;
const SEED_2: usize = 48;
const SEED: usize = 64;
const SLICE_3: usize = 80;
const HALF: usize = 96;
const ONE: usize = 112;
const SQRT_HALF: usize = 128;
const OCTAVES: usize = 144;
const LN2: usize = 160;
const LOG_1: usize = 176;
const LOG_3: usize = 192;
const LOG_5: usize = 208;
const LOG_7: usize = 224;
const SIGN: usize = 240;
const ANGLE: usize = 256;
const COS_2: usize = 272;
const COS_4: usize = 288;
const COS_6: usize = 304;
const SIN_3: usize = 320;
const SIN_5: usize = 336;
const SIN_7: usize = 352;
/** Bytes of the table of constants. */
export const NORMALS: usize = 368;

/** Writes the constants of one stream. */
export function prepareNormals(table: usize, seed: i32, slice: i32): void {
  const third = PARITY ^ seed ^ slice;
  v128.store(table, i32x4.splat(slice), SLICE);
  v128.store(table, i32x4.splat(third + 1), THIRD_1);
  v128.store(table, i32x4.splat(third), THIRD);
  v128.store(table, i32x4.splat(seed + 2), SEED_2);
  v128.store(table, i32x4.splat(seed), SEED);
  v128.store(table, i32x4.splat(slice + 3), SLICE_3);
  v128.store(table, f32x4.splat(0.5), HALF);
  v128.store(table, f32x4.splat(1), ONE);
  // Bits of √½: the mantissa is taken from [√½, √2), so that ln u is exact near u = 1.
  v128.store(table, i32x4.splat(0x3f3504f3), SQRT_HALF);
  v128.store(table, i32x4.splat(31), OCTAVES);
  v128.store(table, f32x4.splat(0.69314718055994530942), LN2);
  v128.store(table, i32x4.splat(<i32>0x80000000), SIGN);
  v128.store(table, f32x4.splat(<f32>(0.78539816339744830962 / 2147483648.0)), ANGLE);
  // Polynomials of least error in z = s² or θ²: 2 artanh(s)/s to 2e-9, cos θ to 4e-8, sin θ/θ to 7e-9.
  v128.store(table, f32x4.splat(2), LOG_1);
  v128.store(table, f32x4.splat(0.666667785), LOG_3);
  v128.store(table, f32x4.splat(0.399773417), LOG_5);
  v128.store(table, f32x4.splat(0.298762298), LOG_7);
  v128.store(table, f32x4.splat(-0.499998924), COS_2);
  v128.store(table, f32x4.splat(0.0416561804), COS_4);
  v128.store(table, f32x4.splat(-0.00135965754), COS_6);
  v128.store(table, f32x4.splat(-0.166666547), SIN_3);
  v128.store(table, f32x4.splat(0.00833216553), SIN_5);
  v128.store(table, f32x4.splat(-0.000195159205), SIN_7);
}

/** The word of the counter that names replica and coil. */
// @ts-ignore: decorator
@inline
export function streamOf(replica: i32, coil: i32): i32 {
  return (replica << COIL_BITS) + coil;
}

/** The counters of pixel … pixel + 3, the first word of the key already added. */
// @ts-ignore: decorator
@inline
export function fourPixels(table: usize, pixel: i32): v128 {
  return i32x4.add(i32x4.add(i32x4.splat(pixel), i32x4(0, 1, 2, 3)), v128.load(table, SEED));
}

// @ts-ignore: decorator
@inline
function rotate(word: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(word, bits), i32x4.shr_u(word, 32 - bits));
}

/**
 * Two random words for each of four pixels of two streams (or two times four pixels of one), at `to` and after
 * it. Two chains of rounds alternate here, because one alone leaves the processor waiting for itself.
 */
// @ts-ignore: decorator
@inline
export function drawWords(to: usize, table: usize, pixelsA: v128, streamA: i32, pixelsB: v128, streamB: i32): void {
  const slice = v128.load(table, SLICE);
  let yA = i32x4.add(i32x4.splat(streamA), slice);
  let yB = i32x4.add(i32x4.splat(streamB), slice);
  let xA = i32x4.add(pixelsA, yA);
  let xB = i32x4.add(pixelsB, yB);
  yA = v128.xor(rotate(yA, 13), xA);
  yB = v128.xor(rotate(yB, 13), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 15), xA);
  yB = v128.xor(rotate(yB, 15), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 26), xA);
  yB = v128.xor(rotate(yB, 26), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 6), xA);
  yB = v128.xor(rotate(yB, 6), xB);
  xA = i32x4.add(xA, v128.load(table, SLICE));
  xB = i32x4.add(xB, v128.load(table, SLICE));
  yA = i32x4.add(yA, v128.load(table, THIRD_1));
  yB = i32x4.add(yB, v128.load(table, THIRD_1));
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 17), xA);
  yB = v128.xor(rotate(yB, 17), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 29), xA);
  yB = v128.xor(rotate(yB, 29), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 16), xA);
  yB = v128.xor(rotate(yB, 16), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 24), xA);
  yB = v128.xor(rotate(yB, 24), xB);
  xA = i32x4.add(xA, v128.load(table, THIRD));
  xB = i32x4.add(xB, v128.load(table, THIRD));
  yA = i32x4.add(yA, v128.load(table, SEED_2));
  yB = i32x4.add(yB, v128.load(table, SEED_2));
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 13), xA);
  yB = v128.xor(rotate(yB, 13), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 15), xA);
  yB = v128.xor(rotate(yB, 15), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 26), xA);
  yB = v128.xor(rotate(yB, 26), xB);
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 6), xA);
  yB = v128.xor(rotate(yB, 6), xB);
  xA = i32x4.add(xA, v128.load(table, SEED));
  xB = i32x4.add(xB, v128.load(table, SEED));
  yA = i32x4.add(yA, v128.load(table, SLICE_3));
  yB = i32x4.add(yB, v128.load(table, SLICE_3));
  xA = i32x4.add(xA, yA);
  xB = i32x4.add(xB, yB);
  yA = v128.xor(rotate(yA, 17), xA);
  yB = v128.xor(rotate(yB, 17), xB);
  v128.store(to, xA);
  v128.store(to, yA, 16);
  v128.store(to, xB, 32);
  v128.store(to, yB, 48);
}

/**
 * Makes planar samples of all random words in [from, end), in place, two at a time. The generator, the radius
 * and the angle are loops of their own: each is one long chain of dependent steps, and only short loops let the
 * processor work on several of them at once.
 */
export function wordsToNormals(from: usize, end: usize, table: usize): void {
  for (let at = from; at < end; at += 2 * PLANAR) storeRadii(at, table);
  for (let at = from; at < end; at += 2 * PLANAR) turn(at, table);
}

/** √(−ln u), u = (⌊word/2⌋ + ½)/2³¹: with u·2³¹ = 2^e m, −ln u = (31 − e) ln 2 − 2 artanh((m−1)/(m+1)). */
// @ts-ignore: decorator
@inline
function storeRadii(at: usize, table: usize): void {
  const half = v128.load(table, HALF);
  const uA = add(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(at), 1)), half);
  const uB = add(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(at, 32), 1)), half);
  const split = v128.load(table, SQRT_HALF);
  const exponentA = i32x4.shr_s(i32x4.sub(uA, split), 23);
  const exponentB = i32x4.shr_s(i32x4.sub(uB, split), 23);
  const mantissaA = i32x4.sub(uA, i32x4.shl(exponentA, 23));
  const mantissaB = i32x4.sub(uB, i32x4.shl(exponentB, 23));
  const one = v128.load(table, ONE);
  const sA = f32x4.div(sub(mantissaA, one), add(mantissaA, one));
  const sB = f32x4.div(sub(mantissaB, one), add(mantissaB, one));
  const zA = mul(sA, sA);
  const zB = mul(sB, sB);
  let sumA = add(mul(zA, v128.load(table, LOG_7)), v128.load(table, LOG_5));
  let sumB = add(mul(zB, v128.load(table, LOG_7)), v128.load(table, LOG_5));
  sumA = add(mul(zA, sumA), v128.load(table, LOG_3));
  sumB = add(mul(zB, sumB), v128.load(table, LOG_3));
  sumA = add(mul(zA, sumA), v128.load(table, LOG_1));
  sumB = add(mul(zB, sumB), v128.load(table, LOG_1));
  const octavesA = f32x4.convert_i32x4_s(i32x4.sub(v128.load(table, OCTAVES), exponentA));
  const octavesB = f32x4.convert_i32x4_s(i32x4.sub(v128.load(table, OCTAVES), exponentB));
  const ln2 = v128.load(table, LN2);
  v128.store(at, f32x4.sqrt(sub(mul(octavesA, ln2), mul(sA, sumA))));
  v128.store(at, f32x4.sqrt(sub(mul(octavesB, ln2), mul(sB, sumB))), 32);
}

/** Radius and second word → sample: bit 31 of the word is the radius's sign, bit 30 exchanges the parts. */
// @ts-ignore: decorator
@inline
function turn(at: usize, table: usize): void {
  const wordA = v128.load(at, 16);
  const wordB = v128.load(at, 48);
  const scale = v128.load(table, ANGLE);
  const angleA = mul(f32x4.convert_i32x4_s(i32x4.shl(wordA, 2)), scale);
  const angleB = mul(f32x4.convert_i32x4_s(i32x4.shl(wordB, 2)), scale);
  const zA = mul(angleA, angleA);
  const zB = mul(angleB, angleB);
  let cosA = add(mul(zA, v128.load(table, COS_6)), v128.load(table, COS_4));
  let cosB = add(mul(zB, v128.load(table, COS_6)), v128.load(table, COS_4));
  let sinA = add(mul(zA, v128.load(table, SIN_7)), v128.load(table, SIN_5));
  let sinB = add(mul(zB, v128.load(table, SIN_7)), v128.load(table, SIN_5));
  cosA = add(mul(zA, cosA), v128.load(table, COS_2));
  cosB = add(mul(zB, cosB), v128.load(table, COS_2));
  sinA = add(mul(zA, sinA), v128.load(table, SIN_3));
  sinB = add(mul(zB, sinB), v128.load(table, SIN_3));
  const one = v128.load(table, ONE);
  cosA = add(mul(zA, cosA), one);
  cosB = add(mul(zB, cosB), one);
  sinA = add(mul(zA, sinA), one);
  sinB = add(mul(zB, sinB), one);
  const sign = v128.load(table, SIGN);
  const radiusA = v128.xor(v128.load(at), v128.and(wordA, sign));
  const radiusB = v128.xor(v128.load(at, 32), v128.and(wordB, sign));
  const alongA = mul(radiusA, cosA);
  const alongB = mul(radiusB, cosB);
  const acrossA = mul(mul(radiusA, angleA), sinA);
  const acrossB = mul(mul(radiusB, angleB), sinB);
  const exchangeA = v128.and(v128.xor(alongA, acrossA), i32x4.shr_s(i32x4.shl(wordA, 1), 31));
  const exchangeB = v128.and(v128.xor(alongB, acrossB), i32x4.shr_s(i32x4.shl(wordB, 1), 31));
  v128.store(at, v128.xor(alongA, exchangeA));
  v128.store(at, v128.xor(acrossA, exchangeA), 16);
  v128.store(at, v128.xor(alongB, exchangeB), 32);
  v128.store(at, v128.xor(acrossB, exchangeB), 48);
}

/** Pixels that `noise` draws together. */
const TILE: i32 = 64;

/** Rows [from, to) of every coil of out (coil, my, mx). Scratch: NORMALS bytes and 64 complex samples. */
export function noise(
  out: usize,
  coils: i32,
  my: i32,
  mx: i32,
  from: i32,
  to: i32,
  seed: i32,
  slice: i32,
  replica: i32,
  scratch: usize,
): void {
  const samples = scratch + NORMALS;
  prepareNormals(scratch, seed, slice);
  for (let coil = 0; coil < coils; coil++) {
    const stream = streamOf(replica, coil);
    const end = to * mx;
    for (let pixel = from * mx; pixel < end; pixel += TILE) {
      const width = min(TILE, end - pixel);
      let sample = samples;
      for (let i = 0; i < width; i += 8, sample += 2 * PLANAR) {
        const pixels = fourPixels(scratch, pixel + i);
        drawWords(sample, scratch, pixels, stream, i32x4.add(pixels, i32x4.splat(4)), stream);
      }
      wordsToNormals(samples, sample, scratch);
      let at = out + (<usize>coil * <usize>(my * mx) + <usize>pixel) * COMPLEX;
      sample = samples;
      for (let i = 0; i < width; i += 4, sample += PLANAR, at += 4 * COMPLEX) {
        storeComplex(at, v128.load(sample), v128.load(sample, 16), width - i);
      }
    }
  }
}
