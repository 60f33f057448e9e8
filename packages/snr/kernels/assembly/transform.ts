// One 1D DFT of four lanes in planar scratch, following a plan that `src/kernels/wasm/fftPlan.ts` writes into memory.
import { add, mul, sub, PLANAR } from './lanes';
import { radix2, radix3, radix4, radix5, radixOdd } from './radix';

// Words of a plan, in bytes from its start.
const LENGTH: usize = 0;
const STAGES: usize = 4;
const ORDER: usize = 8;
const HALF: usize = 12;
const PADDED: usize = 16;
const CHIRP: usize = 20;
const FILTER: usize = 24;
const FIRST_STAGE: usize = 32;
const STAGE: usize = 16;

/** Samples of the transform. */
// @ts-ignore: decorator
@inline
export function lengthOf(plan: usize): i32 {
  return load<i32>(plan, LENGTH);
}

/** Table: which sample of the input belongs at each place of the scratch. */
// @ts-ignore: decorator
@inline
export function orderOf(plan: usize): usize {
  return load<usize>(plan, ORDER);
}

/** Where the first sample of the result belongs: ⌊N/2⌋. */
// @ts-ignore: decorator
@inline
export function halfOf(plan: usize): i32 {
  return load<i32>(plan, HALF);
}

/**
 * X[k] = Σ x[n] e^{−2πi kn/N} in place; `data` was filled in the plan's order. `work` has room for the
 * largest odd radix, or for two padded transforms and that.
 */
export function transform(plan: usize, data: usize, work: usize): void {
  if (load<usize>(plan, PADDED)) chirpTransform(plan, data, work);
  else stages(plan, data, work);
}

function stages(plan: usize, data: usize, work: usize): void {
  const end = data + <usize>lengthOf(plan) * PLANAR;
  const count = load<i32>(plan, STAGES);
  let step: usize = PLANAR;
  for (let s = 0; s < count; s++) {
    const stage = plan + FIRST_STAGE + <usize>s * STAGE;
    const radix = load<i32>(stage);
    const twiddles = load<usize>(stage, 4);
    const block = step * <usize>radix;
    const turn = s > 0;
    for (let at = data; at < end; at += block) {
      if (radix == 4) {
        if (turn) for (let k: usize = 0, t = twiddles; k < step; k += PLANAR, t += 24) radix4(at + k, step, t, true);
        else radix4(at, step, twiddles, false);
      } else if (radix == 2) {
        if (turn) for (let k: usize = 0, t = twiddles; k < step; k += PLANAR, t += 8) radix2(at + k, step, t, true);
        else radix2(at, step, twiddles, false);
      } else if (radix == 3) {
        if (turn) for (let k: usize = 0, t = twiddles; k < step; k += PLANAR, t += 16) radix3(at + k, step, t, true);
        else radix3(at, step, twiddles, false);
      } else if (radix == 5) {
        if (turn) for (let k: usize = 0, t = twiddles; k < step; k += PLANAR, t += 32) radix5(at + k, step, t, true);
        else radix5(at, step, twiddles, false);
      } else {
        const roots = load<usize>(stage, 8);
        const pitch = <usize>(radix - 1) << 3;
        for (let k: usize = 0, t = twiddles; k < step; k += PLANAR, t += pitch) {
          radixOdd(at + k, step, t, turn, radix, roots, work);
        }
      }
    }
    step = block;
  }
}

/**
 * Bluestein: X[k] = c[k] Σ (x[n] c[n]) conj(c[k−n]), c[n] = e^{−πi n²/N}, as a circular convolution of a
 * length with small factors only. FILTER holds the transform of conj(c), divided by that length.
 */
function chirpTransform(plan: usize, data: usize, work: usize): void {
  const padded = load<usize>(plan, PADDED);
  const chirp = load<usize>(plan, CHIRP);
  const filter = load<usize>(plan, FILTER);
  const length = lengthOf(plan);
  const size = lengthOf(padded);
  const order = orderOf(padded);
  const there = work;
  const back = work + <usize>size * PLANAR;
  const rest = back + <usize>size * PLANAR;

  for (let i = 0; i < size; i++) {
    const n = load<i32>(order + (<usize>i << 2));
    const to = there + <usize>i * PLANAR;
    if (n < length) {
      multiply(to, data + <usize>n * PLANAR, chirp + (<usize>n << 3));
    } else {
      v128.store(to, f32x4.splat(0));
      v128.store(to, f32x4.splat(0), 16);
    }
  }
  stages(padded, there, rest);
  // Exchanging the parts before and after turns the forward transform into the inverse one.
  for (let i = 0; i < size; i++) {
    const k = load<i32>(order + (<usize>i << 2));
    const to = back + <usize>i * PLANAR;
    multiply(to, there + <usize>k * PLANAR, filter + (<usize>k << 3));
    exchange(to);
  }
  stages(padded, back, rest);
  for (let k = 0; k < length; k++) {
    const from = back + <usize>k * PLANAR;
    exchange(from);
    multiply(data + <usize>k * PLANAR, from, chirp + (<usize>k << 3));
  }
}

// @ts-ignore: decorator
@inline
function multiply(to: usize, sample: usize, factor: usize): void {
  const re = v128.load(sample);
  const im = v128.load(sample, 16);
  const cos = v128.load32_splat(factor);
  const sin = v128.load32_splat(factor, 4);
  v128.store(to, sub(mul(re, cos), mul(im, sin)));
  v128.store(to, add(mul(re, sin), mul(im, cos)), 16);
}

// @ts-ignore: decorator
@inline
function exchange(sample: usize): void {
  const re = v128.load(sample);
  v128.store(sample, v128.load(sample, 16));
  v128.store(sample, re, 16);
}
