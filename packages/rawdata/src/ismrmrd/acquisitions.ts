import { checkAborted } from '../arrays/gather.ts';
import { corrupt } from '../hdf5/fields.ts';
import type { Hdf5File } from '../hdf5/file.ts';
import type { HeapReference } from '../hdf5/globalHeap.ts';
import type { IsmrmrdGroup } from './container.ts';
import { rowLayout, samplesOf } from './container.ts';

/** Flags of an acquisition by their number in ismrmrd.h, counted from 1. */
export const acquisitionFlag = {
  noise: 19,
  calibration: 20,
  calibrationAndImaging: 21,
  reverse: 22,
  navigation: 23,
  phaseCorrection: 24,
  highPriorityFeedback: 26,
  dummy: 27,
  realtimeFeedback: 28,
  surfaceCoilCorrection: 29,
  phaseStabilisationReference: 30,
  phaseStabilisation: 31,
} as const;

/** Lines with one of these flags are no image data. */
const noImage = [
  acquisitionFlag.noise,
  acquisitionFlag.navigation,
  acquisitionFlag.phaseCorrection,
  acquisitionFlag.highPriorityFeedback,
  acquisitionFlag.dummy,
  acquisitionFlag.realtimeFeedback,
  acquisitionFlag.surfaceCoilCorrection,
  acquisitionFlag.phaseStabilisationReference,
  acquisitionFlag.phaseStabilisation,
];

/** The head of one acquisition. */
export interface Acquisition {
  readonly row: number;
  /** Lower 32 flags. */
  readonly flags: number;
  readonly samples: number;
  readonly channels: number;
  readonly discardPre: number;
  readonly discardPost: number;
  readonly centre: number;
  readonly encoding: number;
  /** Microseconds per sample, 0 where unknown. */
  readonly sampleTime: number;
  readonly line: number;
  readonly partition: number;
  readonly average: number;
  readonly slice: number;
  readonly contrast: number;
  readonly phase: number;
  readonly repetition: number;
  readonly set: number;
  readonly data: HeapReference;
}

export const hasFlag = ({ flags }: Acquisition, flag: number): boolean => (flags & (1 << (flag - 1))) !== 0;

/** What an acquisition is for. */
export type Role = 'noise' | 'image' | 'calibration' | 'both' | 'other';

export function roleOf(acquisition: Acquisition): Role {
  if (hasFlag(acquisition, acquisitionFlag.noise)) return 'noise';
  if (noImage.some((flag) => hasFlag(acquisition, flag))) return 'other';
  if (hasFlag(acquisition, acquisitionFlag.calibrationAndImaging)) return 'both';
  return hasFlag(acquisition, acquisitionFlag.calibration) ? 'calibration' : 'image';
}

const rowsAtOnce = 1024;
const channelLimit = 4096;

/**
 * Reads the heads of all acquisitions; their samples stay in the file.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED, MRO_RAW_UNSUPPORTED
 */
export async function readAcquisitions(file: Hdf5File, group: IsmrmrdGroup): Promise<Acquisition[]> {
  const { data } = group;
  const layout = rowLayout(file.name, data);
  const field = (name: string): number => layout.head.get(name)!;
  const list: Acquisition[] = [];
  for (let from = 0; from < data.rows; from += rowsAtOnce) {
    const bytes = await data.readRows(from, Math.min(rowsAtOnce, data.rows - from));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += data.rowBytes) {
      const u16 = (name: string): number => view.getUint16(at + field(name), true);
      const acquisition: Acquisition = {
        row: from + at / data.rowBytes,
        flags: view.getUint32(at + field('flags'), true),
        samples: u16('number_of_samples'),
        channels: u16('active_channels'),
        discardPre: u16('discard_pre'),
        discardPost: u16('discard_post'),
        centre: u16('center_sample'),
        encoding: u16('encoding_space_ref'),
        sampleTime: Math.max(0, view.getFloat32(at + field('sample_time_us'), true) || 0),
        line: u16('kspace_encode_step_1'),
        partition: u16('kspace_encode_step_2'),
        average: u16('average'),
        slice: u16('slice'),
        contrast: u16('contrast'),
        phase: u16('phase'),
        repetition: u16('repetition'),
        set: u16('set'),
        data: samplesOf(bytes.subarray(at, at + data.rowBytes), layout, file.name),
      };
      const { row, samples, channels } = acquisition;
      if (acquisition.data.length !== 2 * samples * channels || channels > channelLimit) {
        const what = `acquisition ${row} announces ${channels} × ${samples} samples and holds ${acquisition.data.length / 2}`;
        corrupt(file.name, acquisition.data.address, what);
      }
      list.push(acquisition);
    }
  }
  return list;
}

/** Position (mm, LPS) and the directions of readout, phase and slice of one acquisition. */
export interface Placement {
  readonly position: readonly [number, number, number];
  readonly read: readonly [number, number, number];
  readonly phase: readonly [number, number, number];
  readonly slice: readonly [number, number, number];
}

/** Reads where the slice of an acquisition lies. */
export async function readPlacement(file: Hdf5File, group: IsmrmrdGroup, row: number): Promise<Placement> {
  const layout = rowLayout(file.name, group.data);
  const bytes = await group.data.readRows(row, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = (name: string) => {
    const at = layout.head.get(name)!;
    return [0, 4, 8].map((step) => view.getFloat32(at + step, true)) as [number, number, number];
  };
  return {
    position: vector('position'),
    read: vector('read_dir'),
    phase: vector('phase_dir'),
    slice: vector('slice_dir'),
  };
}

/**
 * Reads the samples of acquisitions one after the other and hands them to `use`: (channel, sample) interleaved
 * float32. Memory is one acquisition.
 */
export async function forEachAcquisition(
  file: Hdf5File,
  acquisitions: readonly Acquisition[],
  signal: AbortSignal | undefined,
  use: (acquisition: Acquisition, samples: Float32Array) => void,
): Promise<void> {
  for (const acquisition of acquisitions) {
    checkAborted(signal);
    const bytes = await file.heaps.read(acquisition.data, 4);
    // A copy: the bytes may lie anywhere in a page that others use.
    use(acquisition, new Float32Array(bytes.slice().buffer));
  }
}
