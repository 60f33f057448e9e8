// Butterflies of a decimation-in-time FFT on planar samples, in place: sample q of a butterfly lies at
// `at + q·step`. Twiddle factors are (cos, sin) pairs of one number each, shared by the four lanes.
import { add, mul, sub, PLANAR } from './lanes';

const SIN60: f32 = 0.86602540378443864676;
const COS72: f32 = 0.30901699437494742410;
const SIN72: f32 = 0.95105651629515357212;
const COS36: f32 = 0.80901699437494742410;
const SIN36: f32 = 0.58778525229247312917;

/** Real part of sample · twiddle. */
// @ts-ignore: decorator
@inline
function turnedRe(re: v128, im: v128, twiddle: usize): v128 {
  return sub(mul(re, v128.load32_splat(twiddle)), mul(im, v128.load32_splat(twiddle, 4)));
}

/** Imaginary part of sample · twiddle. */
// @ts-ignore: decorator
@inline
function turnedIm(re: v128, im: v128, twiddle: usize): v128 {
  return add(mul(re, v128.load32_splat(twiddle, 4)), mul(im, v128.load32_splat(twiddle)));
}

// @ts-ignore: decorator
@inline
function put(at: usize, re: v128, im: v128): void {
  v128.store(at, re);
  v128.store(at, im, 16);
}

// @ts-ignore: decorator
@inline
export function radix2(at: usize, step: usize, twiddle: usize, turn: bool): void {
  let bRe = v128.load(at + step);
  let bIm = v128.load(at + step, 16);
  if (turn) {
    const re = bRe;
    bRe = turnedRe(re, bIm, twiddle);
    bIm = turnedIm(re, bIm, twiddle);
  }
  const aRe = v128.load(at);
  const aIm = v128.load(at, 16);
  put(at, add(aRe, bRe), add(aIm, bIm));
  put(at + step, sub(aRe, bRe), sub(aIm, bIm));
}

// @ts-ignore: decorator
@inline
export function radix3(at: usize, step: usize, twiddle: usize, turn: bool): void {
  let bRe = v128.load(at + step);
  let bIm = v128.load(at + step, 16);
  let cRe = v128.load(at + 2 * step);
  let cIm = v128.load(at + 2 * step, 16);
  if (turn) {
    let re = bRe;
    bRe = turnedRe(re, bIm, twiddle);
    bIm = turnedIm(re, bIm, twiddle);
    re = cRe;
    cRe = turnedRe(re, cIm, twiddle + 8);
    cIm = turnedIm(re, cIm, twiddle + 8);
  }
  const aRe = v128.load(at);
  const aIm = v128.load(at, 16);
  const sumRe = add(bRe, cRe);
  const sumIm = add(bIm, cIm);
  const half = f32x4.splat(0.5);
  const sin = f32x4.splat(SIN60);
  const baseRe = sub(aRe, mul(half, sumRe));
  const baseIm = sub(aIm, mul(half, sumIm));
  const crossRe = mul(sin, sub(bIm, cIm));
  const crossIm = mul(sin, sub(bRe, cRe));
  put(at, add(aRe, sumRe), add(aIm, sumIm));
  put(at + step, add(baseRe, crossRe), sub(baseIm, crossIm));
  put(at + 2 * step, sub(baseRe, crossRe), add(baseIm, crossIm));
}

// @ts-ignore: decorator
@inline
export function radix4(at: usize, step: usize, twiddle: usize, turn: bool): void {
  let bRe = v128.load(at + step);
  let bIm = v128.load(at + step, 16);
  let dRe = v128.load(at + 3 * step);
  let dIm = v128.load(at + 3 * step, 16);
  if (turn) {
    let re = bRe;
    bRe = turnedRe(re, bIm, twiddle);
    bIm = turnedIm(re, bIm, twiddle);
    re = dRe;
    dRe = turnedRe(re, dIm, twiddle + 16);
    dIm = turnedIm(re, dIm, twiddle + 16);
  }
  const oddRe = add(bRe, dRe);
  const oddIm = add(bIm, dIm);
  const crossRe = sub(bRe, dRe);
  const crossIm = sub(bIm, dIm);
  let cRe = v128.load(at + 2 * step);
  let cIm = v128.load(at + 2 * step, 16);
  if (turn) {
    const re = cRe;
    cRe = turnedRe(re, cIm, twiddle + 8);
    cIm = turnedIm(re, cIm, twiddle + 8);
  }
  const aRe = v128.load(at);
  const aIm = v128.load(at, 16);
  const evenRe = add(aRe, cRe);
  const evenIm = add(aIm, cIm);
  put(at, add(evenRe, oddRe), add(evenIm, oddIm));
  put(at + 2 * step, sub(evenRe, oddRe), sub(evenIm, oddIm));
  const restRe = sub(aRe, cRe);
  const restIm = sub(aIm, cIm);
  put(at + step, add(restRe, crossIm), sub(restIm, crossRe));
  put(at + 3 * step, sub(restRe, crossIm), add(restIm, crossRe));
}

// @ts-ignore: decorator
@inline
export function radix5(at: usize, step: usize, twiddle: usize, turn: bool): void {
  let bRe = v128.load(at + step);
  let bIm = v128.load(at + step, 16);
  let eRe = v128.load(at + 4 * step);
  let eIm = v128.load(at + 4 * step, 16);
  let cRe = v128.load(at + 2 * step);
  let cIm = v128.load(at + 2 * step, 16);
  let dRe = v128.load(at + 3 * step);
  let dIm = v128.load(at + 3 * step, 16);
  if (turn) {
    let re = bRe;
    bRe = turnedRe(re, bIm, twiddle);
    bIm = turnedIm(re, bIm, twiddle);
    re = cRe;
    cRe = turnedRe(re, cIm, twiddle + 8);
    cIm = turnedIm(re, cIm, twiddle + 8);
    re = dRe;
    dRe = turnedRe(re, dIm, twiddle + 16);
    dIm = turnedIm(re, dIm, twiddle + 16);
    re = eRe;
    eRe = turnedRe(re, eIm, twiddle + 24);
    eIm = turnedIm(re, eIm, twiddle + 24);
  }
  const outerRe = add(bRe, eRe);
  const outerIm = add(bIm, eIm);
  const innerRe = add(cRe, dRe);
  const innerIm = add(cIm, dIm);
  const outerCrossRe = sub(bRe, eRe);
  const outerCrossIm = sub(bIm, eIm);
  const innerCrossRe = sub(cRe, dRe);
  const innerCrossIm = sub(cIm, dIm);
  const aRe = v128.load(at);
  const aIm = v128.load(at, 16);
  put(at, add(aRe, add(outerRe, innerRe)), add(aIm, add(outerIm, innerIm)));
  const cos1 = f32x4.splat(COS72);
  const cos2 = f32x4.splat(COS36);
  const sin1 = f32x4.splat(SIN72);
  const sin2 = f32x4.splat(SIN36);
  const nearRe = sub(add(aRe, mul(cos1, outerRe)), mul(cos2, innerRe));
  const nearIm = sub(add(aIm, mul(cos1, outerIm)), mul(cos2, innerIm));
  const nearCrossRe = add(mul(sin1, outerCrossIm), mul(sin2, innerCrossIm));
  const nearCrossIm = add(mul(sin1, outerCrossRe), mul(sin2, innerCrossRe));
  put(at + step, add(nearRe, nearCrossRe), sub(nearIm, nearCrossIm));
  put(at + 4 * step, sub(nearRe, nearCrossRe), add(nearIm, nearCrossIm));
  const farRe = add(sub(aRe, mul(cos2, outerRe)), mul(cos1, innerRe));
  const farIm = add(sub(aIm, mul(cos2, outerIm)), mul(cos1, innerIm));
  const farCrossRe = sub(mul(sin2, outerCrossIm), mul(sin1, innerCrossIm));
  const farCrossIm = sub(mul(sin2, outerCrossRe), mul(sin1, innerCrossRe));
  put(at + 2 * step, add(farRe, farCrossRe), sub(farIm, farCrossIm));
  put(at + 3 * step, sub(farRe, farCrossRe), add(farIm, farCrossIm));
}

/**
 * Any odd radix r: samples j and r−j enter as sum and difference, outputs q and r−q leave as base ± cross.
 * `roots` holds (cos, sin)(2πj/r) of j < r; `work` has room for r planar samples.
 */
export function radixOdd(at: usize, step: usize, twiddle: usize, turn: bool, radix: i32, roots: usize, work: usize): void {
  const half = (radix - 1) >> 1;
  const firstRe = v128.load(at);
  const firstIm = v128.load(at, 16);
  let totalRe = firstRe;
  let totalIm = firstIm;
  for (let j = 1; j <= half; j++) {
    const from = at + <usize>j * step;
    const mirror = at + <usize>(radix - j) * step;
    let pRe = v128.load(from);
    let pIm = v128.load(from, 16);
    let mRe = v128.load(mirror);
    let mIm = v128.load(mirror, 16);
    if (turn) {
      const pTwiddle = twiddle + (<usize>(j - 1) << 3);
      const mTwiddle = twiddle + (<usize>(radix - j - 1) << 3);
      let re = pRe;
      pRe = turnedRe(re, pIm, pTwiddle);
      pIm = turnedIm(re, pIm, pTwiddle);
      re = mRe;
      mRe = turnedRe(re, mIm, mTwiddle);
      mIm = turnedIm(re, mIm, mTwiddle);
    }
    const sums = work + <usize>(2 * (j - 1)) * PLANAR;
    put(sums, add(pRe, mRe), add(pIm, mIm));
    put(sums + PLANAR, sub(pRe, mRe), sub(pIm, mIm));
    totalRe = add(totalRe, add(pRe, mRe));
    totalIm = add(totalIm, add(pIm, mIm));
  }
  put(at, totalRe, totalIm);
  for (let q = 1; q <= half; q++) {
    let baseRe = firstRe;
    let baseIm = firstIm;
    let crossRe = f32x4.splat(0);
    let crossIm = f32x4.splat(0);
    let sums = work;
    let turns = 0;
    for (let j = 1; j <= half; j++) {
      turns += q;
      if (turns >= radix) turns -= radix;
      const root = roots + (<usize>turns << 3);
      const cos = v128.load32_splat(root);
      const sin = v128.load32_splat(root, 4);
      baseRe = add(baseRe, mul(cos, v128.load(sums)));
      baseIm = add(baseIm, mul(cos, v128.load(sums, 16)));
      crossRe = add(crossRe, mul(sin, v128.load(sums, 48)));
      crossIm = add(crossIm, mul(sin, v128.load(sums, 32)));
      sums += 2 * PLANAR;
    }
    put(at + <usize>q * step, add(baseRe, crossRe), sub(baseIm, crossIm));
    put(at + <usize>(radix - q) * step, sub(baseRe, crossRe), add(baseIm, crossIm));
  }
}
