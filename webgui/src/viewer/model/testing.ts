import { affineOf } from '@mroptimum/bundle';
import type { Geometry } from '@mroptimum/contract';
import type { MapVolume, Triple } from './volume.ts';

/** A geometry turned about z by `angle`, then about x by `tilt`, in radians. */
export function turned(
  angle: number,
  tilt: number,
  spacing: Triple = [1.5, 2, 4],
  origin: Triple = [-90.5, 41.25, 17],
): Geometry {
  const [c, s, ct, st] = [Math.cos(angle), Math.sin(angle), Math.cos(tilt), Math.sin(tilt)];
  return { origin, spacing, direction: [c, s * ct, s * st, -s, c * ct, c * st, 0, -st, ct] };
}

/** A real map for tests. */
export function mapOf(size: Triple, values: ArrayLike<number>, geometry?: Geometry): MapVolume {
  return {
    size,
    spacing: geometry?.spacing ?? [1, 1, 1],
    ...(geometry && { affine: affineOf(geometry) }),
    repetitions: 1,
    complex: false,
    data: Float32Array.from(values),
  };
}
