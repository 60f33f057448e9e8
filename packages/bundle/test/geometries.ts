import type { Geometry } from '@mroptimum/contract';

/** Rotation about an axis by an angle, as columns one after the other. */
function rotation([x, y, z]: readonly [number, number, number], angle: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  return [
    t * x * x + c,
    t * x * y + s * z,
    t * x * z - s * y,
    t * x * y - s * z,
    t * y * y + c,
    t * y * z + s * x,
    t * x * z + s * y,
    t * y * z - s * x,
    t * z * z + c,
  ];
}

/** A geometry turned about any axis; left-handed where `mirrored` (slices stacked the other way). */
export function obliqueGeometry(
  axis: readonly [number, number, number],
  angle: number,
  mirrored = false,
  spacing: Geometry['spacing'] = [1.5, 2, 4],
  origin: Geometry['origin'] = [-90.5, 41.25, 17],
): Geometry {
  const length = Math.hypot(...axis);
  const direction = rotation([axis[0] / length, axis[1] / length, axis[2] / length], angle);
  if (mirrored) for (let i = 6; i < 9; i++) direction[i] = -direction[i]!;
  return { origin, spacing, direction: direction as unknown as Geometry['direction'] };
}

/** The largest difference of two geometries: of directions, and of lengths in millimetres. */
export function geometryDifference(a: Geometry, b: Geometry): number {
  const list = (g: Geometry) => [...g.origin, ...g.spacing, ...g.direction];
  return Math.max(...list(a).map((value, i) => Math.abs(value - list(b)[i]!)));
}
