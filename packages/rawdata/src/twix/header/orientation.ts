export type Vector = readonly [number, number, number];
/** Unit vectors of the phase, readout and slice gradients in patient coordinates (sagittal, coronal, transversal = LPS). */
export interface Orientation {
  readonly phase: Vector;
  readonly readout: Vector;
  readonly slice: Vector;
}

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const combine = (a: number, u: Vector, b: number, v: Vector): Vector => [
  a * u[0] + b * v[0],
  a * u[1] + b * v[1],
  a * u[2] + b * v[2],
];
export const scale = (a: number, v: Vector): Vector => [a * v[0], a * v[1], a * v[2]];

/**
 * Gradient directions from the slice normal and the in-plane rotation, as the scanner derives them: the phase
 * direction lies in the slice and, before rotation, points along A→P (transversal), R→L (coronal) or A→P (sagittal);
 * the readout completes it (R = S × P). Rotation by φ about the normal: P' = P cos φ − R sin φ.
 *
 * @returns undefined where the normal is not a vector of length one
 */
export function orientationOf(normal: Vector, inPlaneRotation: number): Orientation | undefined {
  const length = Math.sqrt(dot(normal, normal));
  if (!(Math.abs(length - 1) < 1e-2) || !Number.isFinite(inPlaneRotation)) return undefined;
  const slice = scale(1 / length, normal);
  const [sag, cor, tra] = slice;
  const almost = (a: number, b: number): boolean => Math.abs(Math.abs(a) - Math.abs(b)) <= 1e-6;
  const larger = (a: number, b: number): boolean => Math.abs(a) > Math.abs(b) || almost(a, b);
  let phase: Vector;
  if (larger(tra, cor) && larger(tra, sag)) {
    const s = 1 / Math.hypot(cor, tra);
    phase = [0, tra * s, -cor * s];
  } else if (larger(cor, sag)) {
    const s = 1 / Math.hypot(sag, cor);
    phase = [cor * s, -sag * s, 0];
  } else {
    const s = 1 / Math.hypot(sag, cor);
    phase = [-cor * s, sag * s, 0];
  }
  const turned = combine(Math.cos(inPlaneRotation), phase, -Math.sin(inPlaneRotation), cross(slice, phase));
  return { phase: turned, readout: cross(slice, turned), slice };
}

/** Gradient directions from the quaternion (w, x, y, z) of a scan: its rotation matrix has columns phase, readout, slice. */
export function orientationFromQuaternion(q: ArrayLike<number>): Orientation | undefined {
  const norm = Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!);
  if (!(Math.abs(norm - 1) < 1e-2)) return undefined;
  const [w, x, y, z] = [q[0]! / norm, q[1]! / norm, q[2]! / norm, q[3]! / norm] as const;
  return {
    phase: [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
    readout: [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
    slice: [2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)],
  };
}

/** Quaternion (w, x, y, z), w ≥ 0, of the rotation matrix with columns phase, readout, slice. */
export function quaternionOf({
  phase: p,
  readout: r,
  slice: s,
}: Orientation): [number, number, number, number] {
  const half = (value: number): number => Math.sqrt(Math.max(0, value)) / 2;
  const w = half(1 + p[0] + r[1] + s[2]);
  const x = half(1 + p[0] - r[1] - s[2]);
  const y = half(1 - p[0] + r[1] - s[2]);
  const z = half(1 - p[0] - r[1] + s[2]);
  const largest = Math.max(w, x, y, z);
  const quarter = 1 / (4 * largest);
  if (largest === w) return [w, (r[2] - s[1]) * quarter, (s[0] - p[2]) * quarter, (p[1] - r[0]) * quarter];
  let q: [number, number, number, number];
  if (largest === x) q = [(r[2] - s[1]) * quarter, x, (p[1] + r[0]) * quarter, (s[0] + p[2]) * quarter];
  else if (largest === y) q = [(s[0] - p[2]) * quarter, (p[1] + r[0]) * quarter, y, (r[2] + s[1]) * quarter];
  else q = [(p[1] - r[0]) * quarter, (s[0] + p[2]) * quarter, (r[2] + s[1]) * quarter, z];
  return q[0] < 0 ? [-q[0], -q[1], -q[2], -q[3]] : q;
}
