// Four complex samples as two vectors, real and imaginary parts apart ("planar"): the form in which every
// kernel computes. In memory a planar sample is 32 bytes: four real parts, then four imaginary ones.

/** Bytes of one complex64 sample. */
export const COMPLEX: usize = 8;
/** Bytes of four planar complex samples. */
export const PLANAR: usize = 32;

/** Real parts of four adjacent interleaved samples given as two vectors. */
// @ts-ignore: decorator
@inline
export function realParts(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 0, 2, 4, 6);
}

/** Imaginary parts of four adjacent interleaved samples given as two vectors. */
// @ts-ignore: decorator
@inline
export function imaginaryParts(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 1, 3, 5, 7);
}

/** Writes the first `count` of four samples interleaved. */
// @ts-ignore: decorator
@inline
export function storeComplex(to: usize, re: v128, im: v128, count: i32): void {
  const low = v128.shuffle<f32>(re, im, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(re, im, 2, 6, 3, 7);
  if (count >= 4) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  v128.store64_lane(to, low, 0);
  if (count > 1) v128.store64_lane(to, low, 1, 8);
  if (count > 2) v128.store64_lane(to, high, 0, 16);
}

/** Writes the first `count` of four real values. */
// @ts-ignore: decorator
@inline
export function storeReal(to: usize, values: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, values);
    return;
  }
  v128.store32_lane(to, values, 0);
  if (count > 1) v128.store32_lane(to, values, 1, 4);
  if (count > 2) v128.store32_lane(to, values, 2, 8);
}

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}
