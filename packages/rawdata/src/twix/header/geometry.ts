import type { Geometry } from '@mroptimum/contract';
import type { ScanIndex } from '../file/scans.ts';
import {
  combine,
  dot,
  type Orientation,
  orientationFromQuaternion,
  orientationOf,
  scale,
  type Vector,
} from './orientation.ts';
import { type Protocol, vectorOf } from './protocol.ts';

/** Matrix of the image volume, readout oversampling removed. */
interface VolumeMatrix {
  readonly readout: number;
  readonly phase: number;
  readonly partitions: number;
}

const sliceName = (k: number): string => `sSliceArray.asSlice[${k}]`;

/** Orientation of the slices: from the scans' quaternion, which the gradients followed, else from the header. */
export function sliceOrientation(
  index: ScanIndex,
  protocol: Protocol,
  notes: string[],
): Orientation | undefined {
  const rotation = protocol.number(`${sliceName(0)}.dInPlaneRot`) ?? 0;
  const header = orientationOf(vectorOf(protocol, `${sliceName(0)}.sNormal`), rotation);
  const [place] = index.slices.values();
  const scans = place && orientationFromQuaternion(place.subarray(3));
  if (!scans) {
    if (!header) notes.push('Neither the scans nor the header give the orientation of the slices.');
    return header;
  }
  const angle = (a: Vector, b: Vector): number => (Math.acos(Math.min(1, dot(a, b))) * 180) / Math.PI;
  if (header && Math.max(angle(header.phase, scans.phase), angle(header.slice, scans.slice)) > 0.5)
    notes.push('Header and scans give different slice orientations; that of the scans is used.');
  for (const other of index.slices.values()) {
    const turned = orientationFromQuaternion(other.subarray(3));
    if (turned && angle(turned.slice, scans.slice) > 0.5) {
      notes.push('The slices are not parallel; the geometry is that of the first one.');
      break;
    }
  }
  return scans;
}

/** Slice counters in spatial order: by position along the normal, ascending. */
export function sliceOrder(
  counters: readonly number[],
  index: ScanIndex,
  orientation: Orientation | undefined,
): number[] {
  if (!orientation) return [...counters];
  const along = (counter: number): number => dot(position(index, counter), orientation.slice);
  return [...counters].sort((a, b) => along(a) - along(b) || a - b);
}

const position = (index: ScanIndex, counter: number): Vector => {
  const place = index.slices.get(counter);
  return place ? [place[0]!, place[1]!, place[2]!] : [0, 0, 0];
};

/**
 * Geometry of the image volume in LPS millimetres. Images are the centred inverse FFT of the k-space as stored;
 * Siemens' signal is s(k) = ∫ρ(r) e^{+i2πk·r}, so that an encoded index rises against its gradient: x = −R, y = −P
 * (and z = −S for partitions), while slices are sorted along +S. The FOV centre lies on pixel ⌊n/2⌋.
 *
 * @param order slice counters in spatial order
 */
export function volumeGeometry(
  index: ScanIndex,
  protocol: Protocol,
  orientation: Orientation,
  order: readonly number[],
  matrix: VolumeMatrix,
  notes: string[],
): Geometry | undefined {
  const readoutFov = protocol.number(`${sliceName(0)}.dReadoutFOV`);
  const phaseFov = protocol.number(`${sliceName(0)}.dPhaseFOV`);
  const thickness = protocol.number(`${sliceName(0)}.dThickness`);
  if (!(readoutFov! > 0 && phaseFov! > 0 && thickness! > 0)) {
    notes.push('The header gives no field of view.');
    return undefined;
  }
  const phaseOversampling = protocol.number('sKSpace.dPhaseOversamplingForDialog') ?? 0;
  const sliceOversampling = protocol.number('sKSpace.dSliceOversamplingForDialog') ?? 0;
  const dx = readoutFov! / matrix.readout;
  const dy = (phaseFov! * (1 + phaseOversampling)) / matrix.phase;
  const volume = matrix.partitions > 1;
  const x = scale(-1, orientation.readout);
  const y = scale(-1, orientation.phase);
  const z = volume ? scale(-1, orientation.slice) : orientation.slice;
  const places = order.map((counter) => dot(position(index, counter), orientation.slice));
  const gaps = places.slice(1).map((place, k) => place - places[k]!);
  let dz = volume ? (thickness! * (1 + sliceOversampling)) / matrix.partitions : thickness!;
  if (!volume && gaps.length > 0) {
    const mean = (places.at(-1)! - places[0]!) / gaps.length;
    if (mean > 0) dz = mean;
    if (gaps.some((gap) => Math.abs(gap - mean) > 0.05 * Math.abs(mean) + 1e-3))
      notes.push('The slices are not equally spaced; the geometry has their mean distance.');
  }
  if (volume && order.length > 1)
    notes.push('The file holds several slabs; the geometry is that of the first one.');
  const inPlane = combine(-Math.floor(matrix.readout / 2) * dx, x, -Math.floor(matrix.phase / 2) * dy, y);
  const corner = combine(1, position(index, order[0]!), 1, inPlane);
  const origin = volume ? combine(1, corner, -Math.floor(matrix.partitions / 2) * dz, z) : corner;
  if (![...origin, dz].every(Number.isFinite)) {
    notes.push('The positions of the slices are not numbers; the geometry is left out.');
    return undefined;
  }
  return { origin, spacing: [dx, dy, dz], direction: [...x, ...y, ...z] };
}
