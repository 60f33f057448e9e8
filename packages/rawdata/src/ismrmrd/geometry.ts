import type { Geometry } from '@mroptimum/contract';
import type { Placement } from './acquisitions.ts';
import type { Plan } from './plan.ts';

type Vector = readonly [number, number, number];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const isUnit = (a: Vector): boolean => Math.abs(dot(a, a) - 1) < 0.01;

/** Whether the three directions of an acquisition header are filled in. */
export const isPlaced = ({ read, phase, slice }: Placement): boolean => [read, phase, slice].every(isUnit);

/**
 * Slice counters in spatial order along the slice direction of the first one; where the headers do not say
 * where slices lie, in the order of their counters.
 */
export function spatialOrder(placements: ReadonlyMap<number, Placement>): number[] {
  const counters = [...placements.keys()];
  const normal = placements.get(counters[0] ?? 0)?.slice;
  if (!normal || ![...placements.values()].every(isPlaced)) return counters;
  return counters.sort(
    (a, b) => dot(placements.get(a)!.position, normal) - dot(placements.get(b)!.position, normal),
  );
}

/**
 * Geometry of the image volume. `position` of ISMRMRD is the centre of the field of view, which is pixel
 * ⌊n/2⌋ of the centred transform; spacing is the encoded field of view over the encoded matrix, so that
 * images that are not interpolated have true voxels.
 * @returns undefined where the header has no field of view
 */
export function geometryOf(plan: Plan, order: readonly Placement[]): Geometry | undefined {
  const { encoded, recon } = plan.encoding;
  const [wide, high, deep] = encoded.fieldOfView;
  const first = order[0];
  if (wide === undefined || high === undefined || first === undefined) return undefined;
  const [nx, ny, nz] = encoded.matrix;
  const columns = Math.floor(plan.readout / plan.readoutOversampling);
  const volume = plan.partition.extent > 1;
  const placed = order.every(isPlaced);
  const last = order[order.length - 1]!;
  const distance = placed ? dot(last.position, first.slice) - dot(first.position, first.slice) : 0;
  const gap = order.length > 1 && distance > 0 ? distance / (order.length - 1) : undefined;
  const thickness = recon.fieldOfView[2] ?? deep ?? 1;
  const spacing: Vector = [
    wide / (nx ?? plan.readout),
    high / (ny ?? plan.phase.extent),
    volume ? (deep ?? thickness) / (nz ?? plan.partition.extent) : (gap ?? thickness),
  ];
  if (!placed) return { origin: [0, 0, 0], spacing, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  const { position, read, phase, slice } = first;
  const steps = [columns, plan.phase.extent, volume ? plan.partition.extent : 1].map((n) =>
    Math.floor(n / 2),
  );
  const origin = [0, 1, 2].map(
    (i) =>
      position[i]! -
      read[i]! * spacing[0] * steps[0]! -
      phase[i]! * spacing[1] * steps[1]! -
      slice[i]! * spacing[2] * steps[2]!,
  ) as [number, number, number];
  return { origin, spacing, direction: [...read, ...phase, ...slice] };
}
