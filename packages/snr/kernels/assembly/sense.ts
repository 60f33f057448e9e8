// SENSE unmixing of a whole image: sets of R folded pixels, sixteen neighbours at a time (whole cache lines
// of every coil), four of them as lanes of the solver in `solve.ts`.
import { COMPLEX, PLANAR, imaginaryParts, realParts, storeComplex, storeReal } from './lanes';
import { unmixGroup } from './solve';

/** Neighbouring folded pixels gathered together, in groups of four lanes. */
const GROUPS: i32 = 4;

/**
 * See `Kernels.senseUnmix`; gFactor may be 0 (not wanted). With R = rx·ry, scratch in planar samples:
 * 8·R·coils + 4·R (unmixing, sensitivities, g of four groups) + 2·R² + R (normal matrix) + the double
 * precision matrices of `unmixLane.ts`.
 */
export function senseUnmix(
  unmix: usize,
  gFactor: usize,
  sensitivities: usize,
  coils: i32,
  ny: i32,
  nx: i32,
  rx: i32,
  ry: i32,
  scratch: usize,
): void {
  const my = ny / ry;
  const mx = nx / rx;
  const pixels = rx * ry;
  const apart = <usize>(ny * nx) * COMPLEX;
  const group = <usize>(pixels * coils) * PLANAR;
  const rows = scratch + <usize>GROUPS * group;
  const gs = rows + <usize>GROUPS * group;
  const work = gs + <usize>(GROUPS * pixels) * PLANAR;
  for (let y = 0; y < my; y++) {
    for (let x = 0; x < mx; x += 4 * GROUPS) {
      const width = min(4 * GROUPS, mx - x);
      for (let p = 0; p < pixels; p++) {
        const place = <usize>((y + (p / rx) * my) * nx + x + (p % rx) * mx) * COMPLEX;
        for (let c = 0; c < coils; c++) {
          let from = sensitivities + <usize>c * apart + place;
          let to = scratch + <usize>(p * coils + c) * PLANAR;
          for (let i = 0; i < width; i += 4) {
            const low = v128.load(from);
            const high = v128.load(from, 16);
            v128.store(to, realParts(low, high));
            v128.store(to, imaginaryParts(low, high), 16);
            from += 4 * COMPLEX;
            to += group;
          }
        }
      }
      for (let i = 0; i < width; i += 4) {
        const g = <usize>(i >> 2);
        unmixGroup(rows + g * group, gs + g * <usize>pixels * 16, scratch + g * group, pixels, coils, width - i, work);
      }
      for (let p = 0; p < pixels; p++) {
        const place = <usize>((y + (p / rx) * my) * nx + x + (p % rx) * mx);
        for (let c = 0; c < coils; c++) {
          let from = rows + <usize>(p * coils + c) * PLANAR;
          let to = unmix + <usize>c * apart + place * COMPLEX;
          for (let i = 0; i < width; i += 4) {
            storeComplex(to, v128.load(from), v128.load(from, 16), width - i);
            from += group;
            to += 4 * COMPLEX;
          }
        }
        if (gFactor) {
          for (let i = 0; i < width; i += 4) {
            const g = v128.load(gs + (<usize>(i >> 2) * <usize>pixels + <usize>p) * 16);
            storeReal(gFactor + ((place + <usize>i) << 2), g, width - i);
          }
        }
      }
    }
  }
}
