import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesInMemory } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../../contract/test/sharedData.ts';
import { isTwix, openTwix, twixPrivacyFields } from '../index.ts';

const folder = sharedFile('twix');
const open = (name: string) => bytesInMemory(name, readFileSync(join(folder!, name)));

/**
 * Dimensions and sums from twixtools 1.0 (Ehses) under NumPy in double precision: Σ|d|², Σd over all imaging lines
 * of all repetitions, and the sample at (last repetition, last coil, line 17, column 33).
 */
const files = [
  {
    name: 'gre.dat',
    header: { variant: 'VE11C', coils: 2, readout: 320, phase: 160, repetitions: 1, dwellTime: 11.6e-6 },
    energy: 9.413952388689884e-6,
    sum: [0.007538606412708759, -0.005372103536501527],
    value: [6.428454e-7, -7.234048e-7],
  },
  {
    name: 'gre_bc_2.dat',
    header: { variant: 'VE11C', coils: 2, readout: 320, phase: 160, repetitions: 2, dwellTime: 11.6e-6 },
    energy: 2.423479820465172e-5,
    sum: [-0.023848182754591107, -0.0005982022266834974],
    value: [-1.461478e-6, -9.823125e-7],
  },
  {
    name: 'gre_bodycoil_2rep.dat',
    header: { variant: 'VE11C', coils: 2, readout: 256, phase: 128, repetitions: 2, dwellTime: 14.5e-6 },
    energy: 2.1321818257830126e-5,
    sum: [0.018292278982698917, 0.0023590652272105217],
    value: [1.3993122e-7, 5.5180863e-8],
  },
  {
    name: 'sodium_noise_vb17.dat',
    header: { variant: 'VB17', coils: 8, readout: 256, phase: 128, repetitions: 1, dwellTime: 15e-6 },
    energy: 8.070316637397558e-6,
    sum: [0.0004220756236463785, 0.001668770331889391],
    value: [-8.800067e-6, 5.3404365e-6],
  },
  {
    name: 'gre_xa61_16ch_phantom.dat',
    header: { variant: 'XA61', coils: 16, readout: 128, phase: 128, repetitions: 1, dwellTime: 20e-6 },
    energy: 1.5031737497158218e-4,
    sum: [0.008034158498048782, 0.008588886354118586],
    value: [3.6903657e-7, 2.8014183e-6],
  },
] as const;

describe.runIf(folder)('real twix files', () => {
  it.each(files)('$name: dimensions and every sample', async ({ name, header, energy, sum, value }) => {
    const source = open(name);
    expect(isTwix(await source.read(0, 512), source.size)).toBe(true);
    const raw = await openTwix(source);
    const { dwellTime, ...rest } = header;
    expect(raw.header).toMatchObject({
      ...rest,
      slices: 1,
      partitions: 1,
      acceleration: [1, 1],
      averages: 1,
    });
    expect(raw.header.dwellTime).toBeCloseTo(dwellTime, 15);
    expect(raw.header.readoutOversampling).toBe(header.variant === 'XA61' ? 1 : 2);
    expect(raw.header.coilNames).toHaveLength(header.coils);
    const { kspace, acquired } = await raw.readSlice(0);
    expect(kspace.shape).toEqual([header.repetitions, header.coils, header.phase, header.readout]);
    expect(acquired.every((count) => count === 1)).toBe(true);
    const { data } = kspace;
    let [power, re, im] = [0, 0, 0];
    for (let k = 0; k < data.length; k += 2) {
      power += data[k]! ** 2 + data[k + 1]! ** 2;
      re += data[k]!;
      im += data[k + 1]!;
    }
    expect(power / energy).toBeCloseTo(1, 9);
    expect(Math.hypot(re - sum[0], im - sum[1]) / Math.hypot(...sum)).toBeLessThan(1e-6);
    const last = header.repetitions * header.coils - 1;
    const at = 2 * ((last * header.phase + 17) * header.readout + 33);
    expect(Math.abs(data[at]! / value[0] - 1)).toBeLessThan(1e-5);
    expect(Math.abs(data[at + 1]! / value[1] - 1)).toBeLessThan(1e-5);
  });

  it('the VB17 file of noise alone is readable as image and as noise, one coil ten times hotter', async () => {
    const raw = await openTwix(open('sodium_noise_vb17.dat'));
    const { samples, dwellTime } = await raw.readNoise();
    expect(samples.shape).toEqual([8, 128, 256]);
    expect(dwellTime).toBeCloseTo(15e-6, 15);
    const variance = Array.from({ length: 8 }, (_, coil) => {
      const part = samples.data.subarray(2 * coil * 128 * 256, 2 * (coil + 1) * 128 * 256);
      return part.reduce((total, v) => total + v * v, 0) / (128 * 256);
    });
    expect(variance[7]! / 1.09854824e-10).toBeCloseTo(1, 5);
    expect(variance[0]! / 1.07518038e-11).toBeCloseTo(1, 5);
    expect(raw.header).toMatchObject({ protocol: 'gre_5deg_1H_noise', system: { fieldStrength: 6.98 } });
  });

  it('notes where the XA61 file of a sequence with its own matrix disagrees with its header', async () => {
    const raw = await openTwix(open('gre_xa61_16ch_phantom.dat'));
    expect(raw.notes.join(' ')).toMatch(/64 pixels .* 128 samples.*64 lines/s);
    expect(raw.header.geometry!.spacing).toEqual([2, 2, 3]);
  });

  it('gives the geometry of the tilted slice as header and quaternion have it', async () => {
    const { header } = await openTwix(open('gre_bc_2.dat'));
    const { origin, spacing, direction } = header.geometry!;
    expect(spacing).toEqual([1.375, 1.375, 5]);
    for (const [k, n] of [6.584963202e-9, 0.03664374101, 0.9993283926].entries())
      expect(direction[6 + k]).toBeCloseTo(n, 6);
    const centre = [0, 1, 2].map((k) => origin[k]! + 80 * 1.375 * (direction[k]! + direction[3 + k]!));
    for (const [k, p] of [4.48323694303, 28.3353855136, -106.004768719].entries())
      expect(centre[k]).toBeCloseTo(p, 4);
  });

  it('regrids and phase-corrects the EPI file: round phantom, weak ghost', async () => {
    const raw = await openTwix(open('epi.dat'));
    expect(raw.header).toMatchObject({
      coils: 2,
      readout: 160,
      phase: 80,
      repetitions: 1,
      readoutOversampling: 2,
    });
    const { kspace } = await raw.readSlice(0);
    const image = rootSumOfSquares(kspace.data, 2, 80, 160);
    const mean = (rows: [number, number], columns: [number, number]): number => {
      let total = 0;
      for (let y = rows[0]; y < rows[1]; y++)
        for (let x = columns[0]; x < columns[1]; x++) total += image[y * 160 + x]!;
      return total / ((rows[1] - rows[0]) * (columns[1] - columns[0]));
    };
    // Beside the phantom's top and bottom lies nothing but the half-FOV ghost of its sides.
    const ghost = (mean([0, 6], [46, 58]) + mean([0, 6], [100, 112])) / 2;
    const object = mean([44, 56], [55, 105]);
    expect(ghost / object).toBeLessThan(0.08);
    // Diameter along readout (2.5 mm pixels) is that along phase: 190 mm, as in gre.dat.
    const profile = Array.from({ length: 160 }, (_, x) => mean([36, 38], [x, x + 1]));
    expect(profile.filter((v) => v > object / 3).length * 2.5).toBeGreaterThan(180);
    expect(profile.filter((v) => v > object / 3).length * 2.5).toBeLessThan(200);
  });

  it('lists identity fields with their places, and none of them reaches header or notes', async () => {
    for (const { name } of files) {
      const source = open(name);
      const fields = await twixPrivacyFields(source);
      const names = new Set(fields.map((field) => field.name.split('.').at(-1)));
      for (const wanted of [
        'PatientName',
        'PatientID',
        'PatientBirthDay',
        'PatientSex',
        'flPatientAge',
        'StudyLOID',
      ])
        expect(names).toContain(wanted);
      for (const { offset, length, value } of fields)
        expect(Buffer.from(await source.read(offset, length)).toString('latin1')).toBe(value);
      const raw = await openTwix(source);
      const said = JSON.stringify([raw.header, raw.notes]);
      expect(said).not.toMatch(/xxxx|1\.3\.12\.2|LOID|Patient/i);
    }
  });
});

/** Plain DFT over both axes; small enough here to need no FFT. */
function rootSumOfSquares(data: Float32Array, coils: number, ny: number, nx: number): Float64Array {
  const image = new Float64Array(ny * nx);
  const transform = (
    n: number,
    read: (k: number) => [number, number],
    write: (x: number, v: [number, number]) => void,
  ) => {
    const half = Math.floor(n / 2);
    for (let x = 0; x < n; x++) {
      let [re, im] = [0, 0];
      for (let k = 0; k < n; k++) {
        const angle = (2 * Math.PI * (k - half) * (x - half)) / n;
        const [a, b] = read(k);
        re += a * Math.cos(angle) - b * Math.sin(angle);
        im += a * Math.sin(angle) + b * Math.cos(angle);
      }
      write(x, [re / Math.sqrt(n), im / Math.sqrt(n)]);
    }
  };
  for (let coil = 0; coil < coils; coil++) {
    const plane = Float64Array.from(data.subarray(2 * coil * ny * nx, 2 * (coil + 1) * ny * nx));
    const out = plane.slice();
    const put = (target: Float64Array, at: number, v: [number, number]): void => {
      target[2 * at] = v[0];
      target[2 * at + 1] = v[1];
    };
    for (let y = 0; y < ny; y++)
      transform(
        nx,
        (k) => [plane[2 * (y * nx + k)]!, plane[2 * (y * nx + k) + 1]!],
        (x, v) => put(out, y * nx + x, v),
      );
    const columns = out.slice();
    for (let x = 0; x < nx; x++)
      transform(
        ny,
        (k) => [columns[2 * (k * nx + x)]!, columns[2 * (k * nx + x) + 1]!],
        (y, v) => put(out, y * nx + x, v),
      );
    for (let p = 0; p < ny * nx; p++) image[p]! += out[2 * p]! ** 2 + out[2 * p + 1]! ** 2;
  }
  return image.map(Math.sqrt);
}
