import type { Geometry } from '@mroptimum/contract';

/**
 * The geometry of a map whose matrix differs from the one the file describes (zero-padding k-space to a
 * multiple of the acceleration makes pixels smaller; the field of view and its centre stay). The centred
 * transform puts the centre of the field of view at pixel ⌊n/2⌋ of either matrix.
 *
 * @param from, to matrices [nx, ny]
 */
export function onMatrix(
  geometry: Geometry,
  from: readonly [nx: number, ny: number],
  to: readonly [nx: number, ny: number],
): Geometry {
  if (from[0] === to[0] && from[1] === to[1]) return geometry;
  const { direction, spacing } = geometry;
  const size = [(spacing[0] * from[0]) / to[0], (spacing[1] * from[1]) / to[1], spacing[2]] as const;
  const origin = geometry.origin.map((position, axis) => {
    const along = [0, 1].map((i) => {
      const shift = Math.floor(from[i]! / 2) * spacing[i]! - Math.floor(to[i]! / 2) * size[i]!;
      return direction[3 * i + axis]! * shift;
    });
    return position + along[0]! + along[1]!;
  });
  return { origin: [origin[0]!, origin[1]!, origin[2]!], spacing: size, direction };
}
