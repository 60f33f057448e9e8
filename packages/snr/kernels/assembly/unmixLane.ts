// One lane of SENSE unmixing in double precision, with the pseudo-inverse where pixels cannot be told apart:
// the same rules as `oracle/senseUnmix.ts`.
import { PLANAR } from './lanes';
import { get, invert, pseudoInverse, set } from './hermitian';

/** Weight of a pixel in the null space above which it cannot be resolved. */
const NULL_WEIGHT_TOLERANCE: f64 = 1e-6;

/** a, rows: (pixel, coil) planar; g: a vector per pixel. Work: 8·R² + 2·R doubles. */
export function unmixLane(rows: usize, g: usize, a: usize, pixels: i32, coils: i32, lane: i32, work: usize): void {
  const shift = <usize>lane << 2;
  const square = <usize>(pixels * pixels) << 3;
  const gram = work;
  const inverse = gram + 2 * square;
  const vectors = inverse + 2 * square;
  const spectrum = vectors + 2 * square;
  const nullWeight = spectrum + 2 * square;
  const alive = nullWeight + (<usize>pixels << 3);

  const n = alivePixels(alive, a + shift, pixels, coils);
  const finite = normalMatrix(gram, alive, a + shift, n, coils);
  for (let i = 0; i < n; i++) set(nullWeight, i, 0);
  if (finite && !invert(inverse, gram, n)) pseudoInverse(inverse, nullWeight, vectors, spectrum, gram, n);

  for (let p = 0; p < pixels; p++) {
    store<f32>(g + (<usize>p << 4) + shift, 0);
    for (let c = 0; c < coils; c++) {
      const to = rows + <usize>(p * coils + c) * PLANAR + shift;
      store<f32>(to, 0);
      store<f32>(to, 0, 16);
    }
  }
  for (let i = 0; i < n; i++) {
    const p = load<i32>(alive + (<usize>i << 2));
    const squared = get(inverse, i * n + i) * get(gram, i * n + i);
    let value: f64 = get(nullWeight, i) <= NULL_WEIGHT_TOLERANCE ? sqrt<f64>(max<f64>(0, squared)) : 0;
    if (!finite) value = NaN;
    store<f32>(g + (<usize>p << 4) + shift, <f32>value);
    for (let c = 0; c < coils; c++) {
      let re: f64 = 0;
      let im: f64 = 0;
      for (let j = 0; j < n; j++) {
        const from = a + <usize>(load<i32>(alive + (<usize>j << 2)) * coils + c) * PLANAR + shift;
        const x = get(inverse, i * n + j);
        const y = get(inverse, n * n + i * n + j);
        const s = <f64>load<f32>(from);
        const t = <f64>load<f32>(from, 16);
        re += x * s + y * t;
        im += y * s - x * t;
      }
      const to = rows + <usize>(p * coils + c) * PLANAR + shift;
      store<f32>(to, finite ? <f32>re : f32.NaN);
      store<f32>(to, finite ? <f32>im : f32.NaN, 16);
    }
  }
}

/** Lists the pixels with any sensitivity; returns how many. */
function alivePixels(alive: usize, a: usize, pixels: i32, coils: i32): i32 {
  let n = 0;
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < coils; c++) {
      const from = a + <usize>(p * coils + c) * PLANAR;
      if (load<f32>(from) != 0 || load<f32>(from, 16) != 0) {
        store<i32>(alive + (<usize>n << 2), p);
        n++;
        break;
      }
    }
  }
  return n;
}

/** AᴴA of the listed pixels, real parts then imaginary parts; false where it is not finite. */
function normalMatrix(gram: usize, alive: usize, a: usize, n: i32, coils: i32): bool {
  let finite = true;
  for (let i = 0; i < n; i++) {
    const left = a + <usize>(load<i32>(alive + (<usize>i << 2)) * coils) * PLANAR;
    for (let j = 0; j < n; j++) {
      const right = a + <usize>(load<i32>(alive + (<usize>j << 2)) * coils) * PLANAR;
      let re: f64 = 0;
      let im: f64 = 0;
      for (let c: usize = 0; c < <usize>coils * PLANAR; c += PLANAR) {
        const p = <f64>load<f32>(left + c);
        const q = <f64>load<f32>(left + c, 16);
        const s = <f64>load<f32>(right + c);
        const t = <f64>load<f32>(right + c, 16);
        re += p * s + q * t;
        im += p * t - q * s;
      }
      set(gram, i * n + j, re);
      set(gram, n * n + i * n + j, im);
      finite = finite && isFinite<f64>(re);
    }
  }
  return finite;
}
