// Centred transforms along the rows or the columns of images, four lines at a time as the lanes of planar
// scratch. Centring is index rotation on the way in and out; the direction is an exchange of real and
// imaginary parts there. `scale` is 1/√N (of both axes in the last pass of a 2D transform).
import { COMPLEX, PLANAR, imaginaryParts, mul, realParts, storeComplex } from './lanes';
import { halfOf, lengthOf, orderOf, transform } from './transform';

/**
 * Along both axes of `batch` images, one image after the other while it is in the cache. Scratch: the larger
 * of what rows and columns need.
 */
export function fftImages(
  out: usize,
  input: usize,
  batch: i32,
  rowPlan: usize,
  columnPlan: usize,
  scratch: usize,
  scale: f32,
  inverse: bool,
): void {
  const nx = lengthOf(rowPlan);
  const ny = lengthOf(columnPlan);
  const image = <usize>(nx * ny) * COMPLEX;
  for (let b: usize = 0; b < <usize>batch; b++) {
    fftRows(out + b * image, input + b * image, ny, rowPlan, scratch, 1, inverse);
    fftColumns(out + b * image, out + b * image, 1, nx, columnPlan, scratch, scale, inverse);
  }
}

/** Along x of `rows` contiguous rows. Scratch: (length + work) planar samples. */
export function fftRows(out: usize, input: usize, rows: i32, plan: usize, scratch: usize, scale: f32, inverse: bool): void {
  const length = lengthOf(plan);
  const pitch = <usize>length * COMPLEX;
  const work = scratch + <usize>length * PLANAR;
  const reAt: usize = inverse ? 16 : 0;
  const imAt: usize = 16 - reAt;
  const factor = f32x4.splat(scale);
  const half = halfOf(plan);
  for (let row = 0; row < rows; row += 4) {
    // Lanes beyond the last row repeat it: the same numbers are then written twice.
    const last = rows - 1;
    const row0 = <usize>row * pitch;
    const row1 = <usize>min(row + 1, last) * pitch;
    const row2 = <usize>min(row + 2, last) * pitch;
    const row3 = <usize>min(row + 3, last) * pitch;
    let order = orderOf(plan);
    for (let to = scratch; to < work; to += PLANAR) {
      const from = input + <usize>load<i32>(order) * COMPLEX;
      order += 4;
      const low = v128.load64_lane(from + row1, v128.load64_zero(from + row0), 1);
      const high = v128.load64_lane(from + row3, v128.load64_zero(from + row2), 1);
      v128.store(to + reAt, realParts(low, high));
      v128.store(to + imAt, imaginaryParts(low, high));
    }
    transform(plan, scratch, work);
    let to = out + <usize>half * COMPLEX;
    const wrap = scratch + <usize>(length - half) * PLANAR;
    for (let from = scratch; from < work; from += PLANAR) {
      if (from == wrap) to = out;
      const re = mul(factor, v128.load(from + reAt));
      const im = mul(factor, v128.load(from + imAt));
      const low = v128.shuffle<f32>(re, im, 0, 4, 1, 5);
      const high = v128.shuffle<f32>(re, im, 2, 6, 3, 7);
      v128.store64_lane(to + row0, low, 0);
      v128.store64_lane(to + row1, low, 1);
      v128.store64_lane(to + row2, high, 0);
      v128.store64_lane(to + row3, high, 1);
      to += COMPLEX;
    }
  }
}

/**
 * Along y of `batch` images of nx columns. Eight columns are read and written together, because they share
 * cache lines. Scratch: (2·length + work) planar samples.
 */
export function fftColumns(
  out: usize,
  input: usize,
  batch: i32,
  nx: i32,
  plan: usize,
  scratch: usize,
  scale: f32,
  inverse: bool,
): void {
  const length = lengthOf(plan);
  const image = <usize>length * <usize>nx * COMPLEX;
  const slab = <usize>length * PLANAR;
  const work = scratch + 2 * slab;
  for (let b = 0; b < batch; b++) {
    for (let x = 0; x < nx; x += 8) {
      const at = <usize>b * image + <usize>x * COMPLEX;
      const width = min(8, nx - x);
      gather(input + at, nx, plan, scratch, slab, inverse);
      transform(plan, scratch, work);
      if (width > 4) transform(plan, scratch + slab, work);
      scatter(out + at, nx, plan, scratch, slab, width, scale, inverse);
    }
  }
}

/** Reads columns 0–3 into `near` and 4–7 into the slab after it; what lies beyond the row is never written. */
function gather(from: usize, nx: i32, plan: usize, near: usize, slab: usize, inverse: bool): void {
  const pitch = <usize>nx * COMPLEX;
  const reAt: usize = inverse ? 16 : 0;
  const imAt: usize = 16 - reAt;
  const end = near + slab;
  let order = orderOf(plan);
  for (let to = near; to < end; to += PLANAR) {
    const row = from + <usize>load<i32>(order) * pitch;
    order += 4;
    const near0 = v128.load(row);
    const near1 = v128.load(row, 16);
    const far0 = v128.load(row, 32);
    const far1 = v128.load(row, 48);
    v128.store(to + reAt, realParts(near0, near1));
    v128.store(to + imAt, imaginaryParts(near0, near1));
    v128.store(to + slab + reAt, realParts(far0, far1));
    v128.store(to + slab + imAt, imaginaryParts(far0, far1));
  }
}

function scatter(
  out: usize,
  nx: i32,
  plan: usize,
  near: usize,
  slab: usize,
  width: i32,
  scale: f32,
  inverse: bool,
): void {
  const length = lengthOf(plan);
  const half = halfOf(plan);
  const pitch = <usize>nx * COMPLEX;
  const reAt: usize = inverse ? 16 : 0;
  const imAt: usize = 16 - reAt;
  const factor = f32x4.splat(scale);
  const wrap = near + <usize>(length - half) * PLANAR;
  const end = near + slab;
  let to = out + <usize>half * pitch;
  for (let from = near; from < end; from += PLANAR) {
    if (from == wrap) to = out;
    storeComplex(to, mul(factor, v128.load(from + reAt)), mul(factor, v128.load(from + imAt)), width);
    if (width > 4) {
      const far = from + slab;
      const re = mul(factor, v128.load(far + reAt));
      const im = mul(factor, v128.load(far + imAt));
      storeComplex(to + 4 * COMPLEX, re, im, width - 4);
    }
    to += pitch;
  }
}
