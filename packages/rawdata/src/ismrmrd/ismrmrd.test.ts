import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../../contract/test/sharedData.ts';
import type { ComplexArray, KSpaceSlice, RawData } from '../acquisition.ts';
import { readArray } from '../arrays/openArray.ts';
import { localFile } from '../localFile.ts';
import { openFile } from '../openFile.ts';
import { acquisitionFlag } from './acquisitions.ts';
import { type AcquisitionRow, IsmrmrdTable } from './table.ts';
import { writeIsmrmrd } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'mro-ismrmrd-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Centred unitary inverse DFT along the last axis of (rows, n), by its definition. */
function inverseDft(data: Float64Array, n: number): Float64Array {
  const out = new Float64Array(data.length);
  const half = Math.floor(n / 2);
  const cos = Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n) / Math.sqrt(n));
  const sin = Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n) / Math.sqrt(n));
  for (let row = 0; row < data.length; row += 2 * n) {
    for (let x = 0; x < n; x++) {
      let re = 0;
      let im = 0;
      for (let k = 0; k < n; k++) {
        const turn = ((((k - half) * (x - half)) % n) + n) % n;
        re += data[row + 2 * k]! * cos[turn]! - data[row + 2 * k + 1]! * sin[turn]!;
        im += data[row + 2 * k]! * sin[turn]! + data[row + 2 * k + 1]! * cos[turn]!;
      }
      out[row + 2 * x] = re;
      out[row + 2 * x + 1] = im;
    }
  }
  return out;
}

/** Swaps the axes of a (rows, columns) complex matrix. */
function transpose(data: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      out[2 * (c * rows + r)] = data[2 * (r * columns + c)]!;
      out[2 * (c * rows + r) + 1] = data[2 * (r * columns + c) + 1]!;
    }
  return out;
}

const full = sharedFile('ismrmrd', 'shepp96_6ch_r1_2rep.h5');
const accelerated = sharedFile('ismrmrd', 'shepp96_6ch_r2_acs24.h5');

describe.runIf(full)('a file of libismrmrd, fully sampled', () => {
  it('says what it holds', async () => {
    const raw = await openFile(full!);
    expect(raw.header).toMatchObject({
      format: 'ismrmrd',
      coils: 6,
      readout: 192,
      phase: 96,
      repetitions: 2,
    });
    expect(raw.header).toMatchObject({
      readoutOversampling: 2,
      acceleration: [1, 1],
      slices: 1,
      partitions: 1,
    });
    expect(raw.header.dwellTime).toBeCloseTo(5e-6, 12);
    expect(raw.header.noise).toMatchObject({ coils: 6, readouts: 1, samplesPerReadout: 192 });
    expect(raw.header.geometry?.spacing).toEqual([3.125, 3.125, 6]);
    await raw.close();
  });

  it('its unitary inverse transform is the stored coil images plus noise of 0.05 per part', async () => {
    const raw = await openFile(full!);
    const { kspace, acquired, acquiredReadout } = await raw.readSlice(0);
    await raw.close();
    expect(kspace.shape).toEqual([2, 6, 96, 192]);
    expect(acquired.every((count) => count === 1)).toBe(true);
    expect(acquiredReadout).toEqual([0, 192]);
    const source = await localFile(full!);
    const truth = await readArray(source, { variable: 'dataset/coil_images' });
    await source.close();
    let sum = 0;
    const plane = 96 * 192;
    for (let coil = 0; coil < 6; coil++) {
      const k = Float64Array.from(kspace.data.subarray(2 * coil * plane, 2 * (coil + 1) * plane));
      const image = transpose(inverseDft(transpose(inverseDft(k, 192), 96, 192), 96), 192, 96);
      for (let i = 0; i < 2 * plane; i++) sum += (image[i]! - truth.data[2 * coil * plane + i]!) ** 2;
    }
    // 221,184 values: their standard deviation is known to 0.15 %.
    expect(Math.sqrt(sum / (12 * plane)) / 0.05).toBeCloseTo(1, 1.9);
  });

  it('noise lines have 0.05 per part', async () => {
    const raw = await openFile(full!);
    const { samples, dwellTime, source } = await raw.readNoise();
    await raw.close();
    expect(samples.shape).toEqual([6, 1, 192]);
    expect(source).toBe('noise lines');
    expect(dwellTime).toBeCloseTo(5e-6, 12);
    const variance = samples.data.reduce((sum, v) => sum + v * v, 0) / samples.data.length;
    // 2,304 values: ±4.5 % are three standard deviations.
    expect(Math.abs(Math.sqrt(variance) / 0.05 - 1)).toBeLessThan(0.045);
  });
});

describe.runIf(accelerated)('a file of libismrmrd, accelerated', () => {
  it('has even lines in the first repetition, odd ones in the second, and 24 reference lines', async () => {
    const raw = await openFile(accelerated!);
    expect(raw.header).toMatchObject({ acceleration: [1, 2], repetitions: 2, referenceLines: 24 });
    const { acquired, reference } = await raw.readSlice(0);
    for (let y = 0; y < 96; y++) {
      expect(acquired[y]).toBe(y % 2 === 0 ? 1 : 0);
      expect(acquired[96 + y]).toBe(y % 2);
    }
    const lines = [...reference!.acquired].flatMap((flag, y) => (flag ? [y] : []));
    expect(lines).toEqual(Array.from({ length: 24 }, (_, i) => 36 + i));
    await raw.close();
  });
});

/** Values that say where they come from. */
const fill = (shape: readonly number[], seed: number): ComplexArray => ({
  shape,
  data: Float32Array.from({ length: 2 * shape.reduce((n, e) => n * e, 1) }, (_, i) => seed + (i % 8191) + 1),
});

/** Slices of any kind in memory; samples outside the readout range and the acquired lines are zero. */
function synthetic(): { raw: Pick<RawData, 'header' | 'readSlice'>; slices: KSpaceSlice[] } {
  const [repetitions, coils, phase, readout] = [2, 3, 10, 12];
  const range = [3, 12] as const;
  const slices = [0, 1, 2].map((s): KSpaceSlice => {
    const kspace = fill([repetitions, coils, phase, readout], 10_000 * s);
    const acquired = Uint8Array.from({ length: repetitions * phase }, (_, i) =>
      i % phase < 3 ? 0 : (i % 2) * 2,
    );
    const reference = fill([coils, phase, readout], 50_000 + s);
    const lines = Uint8Array.from({ length: phase }, (_, y) => (y >= 4 && y < 8 ? 1 : 0));
    const clear = (array: ComplexArray, keep: (row: number) => boolean) => {
      for (let row = 0; row < array.data.length / 2 / readout; row++) {
        const end = keep(row) ? row * readout + range[0] : (row + 1) * readout;
        array.data.fill(0, 2 * row * readout, 2 * end);
      }
    };
    clear(kspace, (row) => acquired[Math.floor(row / coils / phase) * phase + (row % phase)]! > 0);
    clear(reference, (row) => lines[row % phase]! > 0);
    return {
      kspace,
      acquired,
      acquiredReadout: range,
      reference: { kspace: reference, acquired: lines, integrated: false },
    };
  });
  const angle = 0.3;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    slices,
    raw: {
      header: {
        ...{ format: 'twix', variant: 'VE11C', coils, readout, phase, partitions: 1, slices: 3, repetitions },
        ...{
          averages: 2,
          readoutOversampling: 2,
          acceleration: [1, 2],
          accelerationPartition: 1,
          referenceLines: 4,
        },
        dwellTime: 2.5e-6,
        geometry: { origin: [-30, 12, 7], spacing: [2, 2.5, 6], direction: [c, s, 0, -s, c, 0, 0, 0, 1] },
        system: { vendor: 'A & B <C>', fieldStrength: 2.89 },
        coilNames: ['H1', 'H2', 'H3'],
      },
      readSlice: async (slice) => slices[slice]!,
    },
  };
}

describe('write and read again', () => {
  it('keeps slices, averages, asymmetric echo, partial Fourier, reference lines, noise and geometry', async () => {
    const { raw, slices } = synthetic();
    const noise = { samples: fill([3, 4, 8], 7), dwellTime: 1e-5, source: 'noise file' };
    const path = join(folder, 'all.h5');
    await writeIsmrmrd(path, raw, noise);
    const read = await openFile(path);
    const { header } = read;
    expect(header).toMatchObject({
      coils: 3,
      readout: 12,
      phase: 10,
      slices: 3,
      repetitions: 2,
      averages: 2,
    });
    expect(header).toMatchObject({ readoutOversampling: 2, acceleration: [1, 2], referenceLines: 4 });
    expect(header.system).toEqual({ vendor: 'A & B <C>', fieldStrength: 2.89 });
    expect(header.coilNames).toEqual(['H1', 'H2', 'H3']);
    expect(header.dwellTime).toBeCloseTo(2.5e-6, 12);
    const expected = raw.header.geometry!;
    for (const [i, value] of expected.origin.entries())
      expect(header.geometry!.origin[i]).toBeCloseTo(value, 4);
    for (const [i, value] of expected.direction.entries()) {
      expect(header.geometry!.direction[i]).toBeCloseTo(value, 6);
    }
    expect(header.geometry!.spacing).toEqual([2, 2.5, 6]);
    for (const [s, expected] of slices.entries()) {
      const slice = await read.readSlice(s);
      expect(slice.kspace).toEqual(expected.kspace);
      expect(slice.acquired).toEqual(expected.acquired);
      expect(slice.acquiredReadout).toEqual([3, 12]);
      expect(slice.reference).toEqual(expected.reference);
      const { kspace, acquired } = await read.readSlice(s, { repetitions: 1 });
      expect(kspace.shape).toEqual([1, 3, 10, 12]);
      expect(kspace.data).toEqual(expected.kspace.data.slice(0, expected.kspace.data.length / 2));
      expect(acquired).toEqual(expected.acquired.slice(0, 10));
    }
    const back = await read.readNoise();
    expect(back.samples).toEqual(noise.samples);
    expect(back.dwellTime).toBeCloseTo(1e-5, 12);
    await expect(read.readSlice(3)).rejects.toMatchObject({ code: 'MRO_RAW_SLICE' });
    await read.close();
  });
});

describe('writing', () => {
  it('says that a folder is missing', async () => {
    const path = join(folder, 'missing', 'x.h5');
    await expect(writeIsmrmrd(path, synthetic().raw)).rejects.toMatchObject({ code: 'MRO_RAW_READ' });
  });
});

const row: AcquisitionRow = {
  ...{
    flags: 0,
    scan: 0,
    channels: 1,
    samples: 8,
    centre: 4,
    sampleTime: 5,
    line: 0,
    partition: 0,
    average: 0,
  },
  ...{ slice: 0, repetition: 0, position: [0, 0, 0], read: [1, 0, 0], phase: [0, 1, 0], normal: [0, 0, 1] },
  data: new Float32Array(16),
};
const bit = (flag: number) => 2 ** (flag - 1);
const ramp = (start: number, n = 8) => Float32Array.from({ length: 2 * n }, (_, i) => start + i);

async function written(
  name: string,
  rows: readonly Partial<AcquisitionRow>[],
  encoding = '',
): Promise<RawData> {
  const path = join(folder, `${name}.h5`);
  const table = await IsmrmrdTable.create(path, `<ismrmrdHeader>${encoding}</ismrmrdHeader>`);
  for (const given of rows) table.add({ ...row, ...given });
  table.close();
  return openFile(path);
}

const encoding = (ny: number, center: number, trajectory = 'cartesian') =>
  `<encoding><trajectory>${trajectory}</trajectory>
   <encodedSpace><matrixSize><x>8</x><y>${ny}</y><z>1</z></matrixSize></encodedSpace>
   <encodingLimits><kspace_encoding_step_1><minimum>0</minimum><maximum>${ny - 1}</maximum>
   <center>${center}</center></kspace_encoding_step_1></encodingLimits></encoding>`;

describe('lines in their places', () => {
  it('partial Fourier counts from the centre of the header', async () => {
    const lines = [0, 1, 2, 3, 4].map((line) => ({ line, data: ramp(100 * line) }));
    const raw = await written('partial', lines, encoding(8, 1));
    const { acquired, kspace } = await raw.readSlice(0);
    // Counter 1 is the centre, row 4 of 8; the first three rows were not acquired.
    expect([...acquired]).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    expect(kspace.data[2 * 8 * 4]).toBe(100);
    await raw.close();
  });

  it('short lines lie by their centre sample, without discarded ones', async () => {
    const raw = await written('echo', [{ line: 4, samples: 5, centre: 1, data: ramp(1, 5) }], encoding(8, 4));
    const { acquiredReadout, kspace } = await raw.readSlice(0);
    expect(acquiredReadout).toEqual([3, 8]);
    expect([...kspace.data.subarray(2 * 8 * 4, 2 * 8 * 5)]).toEqual([...new Array(6).fill(0), ...ramp(1, 5)]);
    await raw.close();
  });

  it('turns reversed lines, leaves out others, averages', async () => {
    const raw = await written(
      'roles',
      [
        { flags: bit(acquisitionFlag.reverse), line: 0, data: ramp(1) },
        { flags: bit(acquisitionFlag.navigation), line: 1, data: ramp(500) },
        { flags: bit(acquisitionFlag.phaseCorrection), line: 1, data: ramp(500) },
        { flags: bit(acquisitionFlag.dummy), line: 1, data: ramp(500) },
        { line: 1, average: 0, data: ramp(10) },
        { line: 1, average: 1, data: ramp(30) },
        { flags: bit(acquisitionFlag.noise), samples: 4, data: ramp(1000, 4) },
      ],
      encoding(2, 1),
    );
    const { acquired, kspace } = await raw.readSlice(0);
    expect([...acquired]).toEqual([1, 2]);
    expect([...kspace.data.subarray(0, 4)]).toEqual([15, 16, 13, 14]);
    expect([...kspace.data.subarray(16, 18)]).toEqual([20, 21]);
    expect(raw.header.averages).toBe(2);
    expect((await raw.readNoise()).samples.shape).toEqual([1, 1, 4]);
    expect(raw.notes.join(' ')).toContain('3 navigator');
    await raw.close();
  });

  it('data win over a header that does not fit, and the notes say so', async () => {
    const raw = await written('wins', [{ line: 0 }, { line: 11, data: ramp(3) }], encoding(8, 4));
    expect(raw.header.phase).toBeGreaterThanOrEqual(12);
    expect([...(await raw.readSlice(0)).acquired].filter((count) => count > 0).length).toBe(2);
    expect(raw.notes.join(' ')).toContain('do not fit');
    await raw.close();
  });

  it('slices are in spatial order, whatever their counters', async () => {
    const rows = [20, -5, 7].map((z, slice) => ({ slice, position: [0, 0, z], data: ramp(1000 * slice) }));
    const raw = await written('order', rows);
    const first = await Promise.all([0, 1, 2].map(async (s) => (await raw.readSlice(s)).kspace.data[0]));
    expect(first).toEqual([1000, 2000, 0]);
    await raw.close();
  });

  it('without noise lines the file is a noise file; without lines it is refused', async () => {
    const raw = await written('noise', [{ line: 0, data: ramp(1) }, { line: 1 }]);
    expect((await raw.readNoise()).samples.shape).toEqual([1, 2, 8]);
    await raw.close();
    const empty = await written('empty', []);
    await expect(empty.readNoise()).rejects.toMatchObject({ code: 'MRO_RAW_NO_NOISE' });
    await expect(empty.readSlice(0)).rejects.toMatchObject({ code: 'MRO_RAW_NO_IMAGE' });
    await empty.close();
  });

  it('refuses trajectories that are not Cartesian', async () => {
    await expect(written('spiral', [{}], encoding(8, 4, 'spiral'))).rejects.toMatchObject({
      code: 'MRO_RAW_UNSUPPORTED',
    });
  });
});
