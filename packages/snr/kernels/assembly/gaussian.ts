// Synthetic noise CN(0, 1) at (replica, coil, pixel): Threefry-2x32 with 13 rounds and Box–Muller, four
// adjacent pixels as lanes. `oracle/gaussian.ts` defines the stream; the random integers are the same here.
import { COMPLEX, add, mul, storeComplex, sub } from './lanes';

const PARITY: i32 = 0x1bd11bda;
/** Room of the counter for coils: replica·1024 + coil. */
const COIL_BITS: i32 = 10;

// @ts-ignore: decorator
@inline
function rotate(word: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(word, bits), i32x4.shr_u(word, 32 - bits));
}

/** The word of the counter that names replica and coil. */
// @ts-ignore: decorator
@inline
export function streamOf(replica: i32, coil: i32): i32 {
  return (replica << COIL_BITS) + coil;
}

/** The counters of pixel … pixel + 3. */
// @ts-ignore: decorator
@inline
export function fourPixels(pixel: i32): v128 {
  return i32x4.add(i32x4.splat(pixel), i32x4(0, 1, 2, 3));
}

/** Writes four planar samples. */
// @ts-ignore: decorator
@inline
export function complexNormals(to: usize, pixels: v128, stream: i32, seed: i32, slice: i32): void {
  const third = PARITY ^ seed ^ slice;
  let x = i32x4.add(pixels, i32x4.splat(seed));
  let y = i32x4.splat(stream + slice);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(slice));
  y = i32x4.add(y, i32x4.splat(third + 1));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 17), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 29), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 16), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 24), x);
  x = i32x4.add(x, i32x4.splat(third));
  y = i32x4.add(y, i32x4.splat(seed + 2));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(seed));
  y = i32x4.add(y, i32x4.splat(slice + 3));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 17), x);

  // Bit 31 of the second word is the sign of the radius, bit 30 exchanges the parts.
  const radius = v128.xor(radii(x), v128.and(y, i32x4.splat(<i32>0x80000000)));
  const angle = mul(f32x4.convert_i32x4_s(i32x4.shl(y, 2)), f32x4.splat(ANGLE));
  const square = mul(angle, angle);
  const along = mul(radius, cosine(square));
  const across = mul(mul(radius, angle), sineOverAngle(square));
  const exchange = v128.and(v128.xor(along, across), i32x4.shr_s(i32x4.shl(y, 1), 31));
  v128.store(to, v128.xor(along, exchange));
  v128.store(to, v128.xor(across, exchange), 16);
}

const ANGLE: f32 = <f32>(0.78539816339744830962 / 2147483648.0);
const LN2: f32 = 0.69314718055994530942;
/** Bits of √½: the mantissa is taken from [√½, √2), so that ln u is exact near u = 1. */
const SQRT_HALF: i32 = 0x3f3504f3;

/** √(−ln u), u = (⌊word/2⌋ + ½)/2³¹: with u·2³¹ = 2^e m, −ln u = (31 − e) ln 2 − 2 artanh((m−1)/(m+1)). */
// @ts-ignore: decorator
@inline
function radii(word: v128): v128 {
  const one = f32x4.splat(1);
  const u = add(f32x4.convert_i32x4_s(i32x4.shr_u(word, 1)), f32x4.splat(0.5));
  const exponent = i32x4.shr_s(i32x4.sub(u, i32x4.splat(SQRT_HALF)), 23);
  const mantissa = i32x4.sub(u, i32x4.shl(exponent, 23));
  const s = f32x4.div(sub(mantissa, one), add(mantissa, one));
  const z = mul(s, s);
  let series = add(mul(z, f32x4.splat(2.0 / 9.0)), f32x4.splat(2.0 / 7.0));
  series = add(mul(z, series), f32x4.splat(2.0 / 5.0));
  series = add(mul(z, series), f32x4.splat(2.0 / 3.0));
  series = add(mul(z, series), f32x4.splat(2));
  const octaves = f32x4.convert_i32x4_s(i32x4.sub(i32x4.splat(31), exponent));
  return f32x4.sqrt(sub(mul(octaves, f32x4.splat(LN2)), mul(s, series)));
}

/** cos √z for |√z| ≤ π/4: Taylor series, the first neglected term is below 4e-8. */
// @ts-ignore: decorator
@inline
function cosine(z: v128): v128 {
  let series = add(mul(z, f32x4.splat(1.0 / 40320.0)), f32x4.splat(-1.0 / 720.0));
  series = add(mul(z, series), f32x4.splat(1.0 / 24.0));
  series = add(mul(z, series), f32x4.splat(-0.5));
  return add(mul(z, series), f32x4.splat(1));
}

/** sin √z / √z for |√z| ≤ π/4. */
// @ts-ignore: decorator
@inline
function sineOverAngle(z: v128): v128 {
  let series = add(mul(z, f32x4.splat(1.0 / 362880.0)), f32x4.splat(-1.0 / 5040.0));
  series = add(mul(z, series), f32x4.splat(1.0 / 120.0));
  series = add(mul(z, series), f32x4.splat(-1.0 / 6.0));
  return add(mul(z, series), f32x4.splat(1));
}

/** Rows [from, to) of every coil of out (coil, my, mx). Scratch: 4 planar samples. */
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
  for (let coil = 0; coil < coils; coil++) {
    const stream = streamOf(replica, coil);
    const end = to * mx;
    for (let pixel = from * mx; pixel < end; pixel += 4) {
      complexNormals(scratch, fourPixels(pixel), stream, seed, slice);
      const at = out + (<usize>coil * <usize>(my * mx) + <usize>pixel) * COMPLEX;
      storeComplex(at, v128.load(scratch), v128.load(scratch, 16), end - pixel);
    }
  }
}
