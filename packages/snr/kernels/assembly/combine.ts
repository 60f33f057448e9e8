// Sums over coils, per pixel. Coils lie a whole image apart, so a tile of pixels is accumulated in scratch
// coil after coil: every cache line of the coil images is then used in one go.
import { COMPLEX, PLANAR, add, imaginaryParts, mul, realParts, storeComplex, storeReal, sub } from './lanes';

/** Pixels of a tile. Scratch: TILE planar samples. */
const TILE: i32 = 512;

// @ts-ignore: decorator
@inline
function clear(scratch: usize): void {
  memory.fill(scratch, 0, <usize>(TILE / 4) * PLANAR);
}

/** out[p] = √Σ_c |input[c][p]|² */
export function rss(out: usize, input: usize, coils: i32, pixels: i32, scratch: usize): void {
  const apart = <usize>pixels * COMPLEX;
  for (let p = 0; p < pixels; p += TILE) {
    const width = min(TILE, pixels - p);
    sumOfSquares(scratch, input + <usize>p * COMPLEX, apart, coils, width);
    let to = out + (<usize>p << 2);
    for (let i = 0, from = scratch; i < width; i += 4, from += PLANAR, to += 16) {
      storeReal(to, f32x4.sqrt(v128.load(from)), width - i);
    }
  }
}

/** images[c][p] /= √Σ_c |images[c][p]|², 0 where that is 0. */
export function normalise(images: usize, coils: i32, pixels: i32, scratch: usize): void {
  const apart = <usize>pixels * COMPLEX;
  for (let p = 0; p < pixels; p += TILE) {
    const width = min(TILE, pixels - p);
    sumOfSquares(scratch, images + <usize>p * COMPLEX, apart, coils, width);
    for (let i = 0, at = scratch; i < width; i += 4, at += PLANAR) {
      const power = v128.load(at);
      const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(power));
      v128.store(at, v128.and(inverse, f32x4.gt(power, f32x4.splat(0))));
    }
    for (let c = 0; c < coils; c++) {
      let at = images + <usize>c * apart + <usize>p * COMPLEX;
      for (let i = 0, from = scratch; i < width; i += 4, at += 32, from += PLANAR) {
        const low = v128.load(at);
        const high = v128.load(at, 16);
        const inverse = v128.load(from);
        storeComplex(at, mul(realParts(low, high), inverse), mul(imaginaryParts(low, high), inverse), width - i);
      }
    }
  }
}

/** scratch[p] = Σ_c |input[c][p]|² of a tile. */
// @ts-ignore: decorator
@inline
function sumOfSquares(scratch: usize, input: usize, apart: usize, coils: i32, width: i32): void {
  clear(scratch);
  for (let c = 0; c < coils; c++) {
    let from = input + <usize>c * apart;
    for (let i = 0, to = scratch; i < width; i += 4, from += 32, to += PLANAR) {
      const low = v128.load(from);
      const high = v128.load(from, 16);
      const re = realParts(low, high);
      const im = imaginaryParts(low, high);
      v128.store(to, add(v128.load(to), add(mul(re, re), mul(im, im))));
    }
  }
}

/** out[p] = Σ_c conj(a[c][p]) b[c][p] */
export function inner(out: usize, a: usize, b: usize, coils: i32, pixels: i32, scratch: usize): void {
  const apart = <usize>pixels * COMPLEX;
  for (let p = 0; p < pixels; p += TILE) {
    const width = min(TILE, pixels - p);
    const at = <usize>p * COMPLEX;
    clear(scratch);
    for (let c: usize = 0; c < <usize>coils; c++) accumulate(scratch, a + c * apart + at, b + c * apart + at, width, true);
    finish(out + at, scratch, width);
  }
}

/** out(y, x) = Σ_c unmix[c](y, x) folded[c](y mod my, x mod mx) */
export function unfold(
  out: usize,
  unmix: usize,
  folded: usize,
  coils: i32,
  ny: i32,
  nx: i32,
  my: i32,
  mx: i32,
  scratch: usize,
): void {
  const apart = <usize>(ny * nx) * COMPLEX;
  const foldedApart = <usize>(my * mx) * COMPLEX;
  for (let y = 0; y < ny; y++) {
    for (let fold = 0; fold < nx; fold += mx) {
      for (let x = 0; x < mx; x += TILE) {
        const width = min(TILE, mx - x);
        const at = <usize>(y * nx + fold + x) * COMPLEX;
        const foldedAt = <usize>((y % my) * mx + x) * COMPLEX;
        clear(scratch);
        for (let c: usize = 0; c < <usize>coils; c++) {
          accumulate(scratch, unmix + c * apart + at, folded + c * foldedApart + foldedAt, width, false);
        }
        finish(out + at, scratch, width);
      }
    }
  }
}

/** scratch += a·b, or conj(a)·b. */
// @ts-ignore: decorator
@inline
function accumulate(scratch: usize, a: usize, b: usize, width: i32, conjugate: bool): void {
  let to = scratch;
  for (let i = 0; i < width; i += 4) {
    const aLow = v128.load(a);
    const aHigh = v128.load(a, 16);
    const bLow = v128.load(b);
    const bHigh = v128.load(b, 16);
    const aRe = realParts(aLow, aHigh);
    const aIm = imaginaryParts(aLow, aHigh);
    const bRe = realParts(bLow, bHigh);
    const bIm = imaginaryParts(bLow, bHigh);
    const straight = mul(aIm, bIm);
    const crossed = mul(aIm, bRe);
    const re = mul(aRe, bRe);
    const im = mul(aRe, bIm);
    v128.store(to, add(v128.load(to), conjugate ? add(re, straight) : sub(re, straight)));
    v128.store(to, add(v128.load(to, 16), conjugate ? sub(im, crossed) : add(im, crossed)), 16);
    a += 32;
    b += 32;
    to += PLANAR;
  }
}

// @ts-ignore: decorator
@inline
function finish(out: usize, scratch: usize, width: i32): void {
  for (let i = 0; i < width; i += 4) {
    storeComplex(out, v128.load(scratch), v128.load(scratch, 16), width - i);
    out += 4 * COMPLEX;
    scratch += PLANAR;
  }
}
