import type { Geometry } from '@mroptimum/contract';
import { determinant } from '../volume.ts';

/**
 * Three rows of four: voxel indices (i, j, k, 1) to millimetres in RAS (x right, y anterior, z superior),
 * the patient coordinates of NIfTI. DICOM, ITK and `Geometry` use LPS: x and y have the other sign.
 */
export type Affine = readonly [readonly number[], readonly number[], readonly number[]];

const rasSign = [-1, -1, 1] as const;

/** A[r][c] = s_r · direction_c[r] · spacing_c, A[r][3] = s_r · origin[r], s = (−1, −1, 1). */
export function affineOf({ origin, spacing, direction }: Geometry): Affine {
  const row = (r: 0 | 1 | 2): number[] => [
    ...[0, 1, 2].map((column) => zeroed(rasSign[r] * direction[3 * column + r]! * spacing[column]!)),
    zeroed(rasSign[r] * origin[r]),
  ];
  return [row(0), row(1), row(2)];
}

/** The geometry of an affine; undefined where its columns are not finite or do not span space. */
export function geometryOf(affine: Affine): Geometry | undefined {
  const columns = [0, 1, 2].map((c) => affine.map((row, r) => rasSign[r]! * row[c]!));
  const spacing = columns.map((column) => Math.hypot(...column));
  const direction = columns.flatMap((column, c) => column.map((value) => zeroed(value / spacing[c]!)));
  const origin = affine.map((row, r) => zeroed(rasSign[r]! * row[3]!));
  const geometry = { origin, spacing, direction } as unknown as Geometry;
  const numbers = [...origin, ...spacing, ...direction];
  if (!numbers.every(Number.isFinite) || Math.abs(determinant(geometry.direction)) < 1e-6) return undefined;
  return geometry;
}

/** −0 becomes 0. */
const zeroed = (value: number): number => value + 0;

/** The quaternion form of a rotation with the sign of the third axis (`pixdim[0]` of NIfTI). */
export interface Quaternion {
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly qfac: 1 | -1;
}

/**
 * The unit quaternion (a ≥ 0 left out) of the rotation nearest to the axes of an affine. Of a left-handed
 * set of axes the third is reversed and `qfac` is −1.
 */
export function quaternionOf(geometry: Geometry): Quaternion {
  const qfac = determinant(geometry.direction) < 0 ? -1 : 1;
  const r = [0, 1, 2].map((row) =>
    [0, 1, 2].map(
      (column) => rasSign[row]! * geometry.direction[3 * column + row]! * (column === 2 ? qfac : 1),
    ),
  );
  const [r00, r01, r02] = r[0] as [number, number, number];
  const [r10, r11, r12] = r[1] as [number, number, number];
  const [r20, r21, r22] = r[2] as [number, number, number];
  // Four equivalent forms; the one with the largest divisor loses no digits.
  const candidates = [
    [1 + r00 + r11 + r22, r21 - r12, r02 - r20, r10 - r01],
    [r21 - r12, 1 + r00 - r11 - r22, r01 + r10, r02 + r20],
    [r02 - r20, r01 + r10, 1 - r00 + r11 - r22, r12 + r21],
    [r10 - r01, r02 + r20, r12 + r21, 1 - r00 - r11 + r22],
  ];
  let best = 0;
  for (let i = 1; i < 4; i++) if (candidates[i]![i]! > candidates[best]![best]!) best = i;
  const quaternion = candidates[best]!;
  const length = Math.hypot(...quaternion) * (quaternion[0]! < 0 ? -1 : 1);
  const [, b, c, d] = quaternion.map((value) => zeroed(value / length)) as [number, number, number, number];
  return { b, c, d, qfac };
}

/** The affine of a quaternion, voxel sizes and offset ("method 2" of nifti1.h). */
export function affineOfQuaternion(
  { b, c, d, qfac }: Quaternion,
  spacing: readonly number[],
  offset: readonly number[],
): Affine {
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ];
  const scale = [spacing[0]!, spacing[1]!, spacing[2]! * qfac];
  return rotation.map((row, r) => [
    ...row.map((value, i) => value * scale[i]!),
    offset[r]!,
  ]) as unknown as Affine;
}
