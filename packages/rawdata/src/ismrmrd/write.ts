import { unknownGeometry } from '@mroptimum/contract';
import type { AcquisitionHeader, KSpaceSlice, NoiseSamples, RawData } from '../acquisition.ts';
import { acquisitionFlag } from './acquisitions.ts';
import { IsmrmrdTable } from './table.ts';
import { ismrmrdXml } from './writeHeader.ts';

const bit = (flag: number): number => 2 ** (flag - 1);
const nowhere = { position: [0, 0, 0], read: [0, 0, 0], phase: [0, 0, 0], normal: [0, 0, 0] };

/** Position of the centre of a slice's field of view and its directions. */
function placementOf(header: AcquisitionHeader, slice: number) {
  if (header.geometry === undefined) return nowhere;
  const { origin, spacing, direction } = header.geometry ?? unknownGeometry;
  const read = direction.slice(0, 3);
  const phase = direction.slice(3, 6);
  const normal = direction.slice(6, 9);
  const columns = Math.floor(header.readout / header.readoutOversampling);
  const steps = [
    Math.floor(columns / 2) * spacing[0],
    Math.floor(header.phase / 2) * spacing[1],
    (header.partitions > 1 ? Math.floor(header.partitions / 2) : slice) * spacing[2],
  ];
  const position = origin.map(
    (o, i) => o + read[i]! * steps[0]! + phase[i]! * steps[1]! + normal[i]! * steps[2]!,
  );
  return { position, read, phase, normal };
}

/** One line of all coils, (coil, sample), between two samples. */
function lineOf(
  data: Float32Array,
  rowOf: (coil: number) => number,
  coils: number,
  [from, to]: readonly [number, number],
): Float32Array {
  const line = new Float32Array(2 * coils * (to - from));
  for (let c = 0; c < coils; c++) {
    const row = 2 * (rowOf(c) + from);
    line.set(data.subarray(row, row + 2 * (to - from)), 2 * c * (to - from));
  }
  return line;
}

function addNoise(table: IsmrmrdTable, noise: NoiseSamples): void {
  const [coils, lines, samples] = noise.samples.shape as [number, number, number];
  for (let line = 0; line < lines; line++) {
    const data = lineOf(noise.samples.data, (c) => (c * lines + line) * samples, coils, [0, samples]);
    const sampleTime = (noise.dwellTime ?? 0) * 1e6;
    const flags = bit(acquisitionFlag.noise);
    const counters = { line: 0, partition: 0, average: 0, slice: 0, repetition: 0 };
    table.add({
      ...nowhere,
      ...counters,
      flags,
      sampleTime,
      data,
      samples,
      channels: coils,
      centre: 0,
      scan: table.scans,
    });
  }
}

function addSlice(
  table: IsmrmrdTable,
  header: AcquisitionHeader,
  read: KSpaceSlice,
  slice: number,
  partition: number,
): void {
  const { kspace, acquired, acquiredReadout, reference } = read;
  const [repetitions, coils, phases, readout] = kspace.shape as [number, number, number, number];
  const placement = placementOf(header, slice);
  const sampleTime = (header.dwellTime ?? 0) * 1e6;
  const [from, to] = acquiredReadout;
  const add = (data: Float32Array, line: number, repetition: number, average: number, flags: number) =>
    table.add({
      ...placement,
      ...{ flags, sampleTime, data, line, partition, average, slice, repetition, scan: table.scans },
      ...{ samples: to - from, channels: coils, centre: Math.floor(readout / 2) - from },
    });
  for (let r = 0; r < repetitions; r++) {
    for (let y = 0; y < phases; y++) {
      const times = acquired[r * phases + y]!;
      if (times === 0) continue;
      const data = lineOf(
        kspace.data,
        (c) => ((r * coils + c) * phases + y) * readout,
        coils,
        acquiredReadout,
      );
      const both = reference?.integrated === true && r === 0 && reference.acquired[y]! > 0;
      const flags = both ? bit(acquisitionFlag.calibrationAndImaging) : 0;
      // The average is written as often as it was acquired, so that readers find the same noise.
      for (let average = 0; average < times; average++) add(data, y, r, average, flags);
    }
  }
  for (let y = 0; reference && y < phases; y++) {
    const written = reference.integrated && acquired[y]! > 0;
    if (reference.acquired[y] === 0 || written) continue;
    const data = lineOf(reference.kspace.data, (c) => (c * phases + y) * readout, coils, acquiredReadout);
    add(data, y, 0, 0, bit(acquisitionFlag.calibration));
  }
}

/**
 * Writes raw data as an ISMRMRD file (HDF5), slice by slice: noise lines first, then each acquired line.
 * @param noise noise lines to write; none without
 * @throws MRO_RAW_READ where the file cannot be written
 */
export async function writeIsmrmrd(
  path: string,
  raw: Pick<RawData, 'header' | 'readSlice'>,
  noise?: NoiseSamples,
  signal?: AbortSignal,
): Promise<void> {
  const { header } = raw;
  const table = await IsmrmrdTable.create(path, ismrmrdXml(header));
  try {
    if (noise) addNoise(table, noise);
    for (let slice = 0; slice < header.slices; slice++) {
      for (let partition = 0; partition < header.partitions; partition++) {
        const read = await raw.readSlice(slice, { partition, ...(signal && { signal }) });
        addSlice(table, header, read, slice, partition);
      }
    }
  } finally {
    table.close();
  }
}
