import { type FileRef, fileRefSchema } from '@mroptimum/contract';
import type { NoiseSamples, RawData } from '@mroptimum/rawdata';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate } from '@mroptimum/snr/simulate';
import { describe, expect, test } from 'vitest';
import { JobLog } from './log.ts';
import { jobNoise } from './noise.ts';

const coils = 3;
const made = simulate(createKernels(), { coils, matrix: [64, 64], noiseReadouts: 64 });
const variance = made.covariance.data[0]!;

/** A file that holds the simulated noise, or none, and counts how often it was closed. */
function rawFile(options: { noise?: boolean; dwell?: number; noiseDwell?: number; coils?: number } = {}) {
  const samples: NoiseSamples = {
    samples: made.noise(),
    source: 'noise lines',
    ...(options.noiseDwell && { dwellTime: options.noiseDwell }),
  };
  const state = { closed: 0 };
  const raw: RawData = {
    header: {
      format: 'twix',
      variant: 'VE11C',
      coils: options.coils ?? coils,
      readout: 64,
      phase: 64,
      partitions: 1,
      slices: 1,
      repetitions: 1,
      averages: 1,
      readoutOversampling: 1,
      acceleration: [1, 1],
      accelerationPartition: 1,
      referenceLines: 0,
      ...(options.dwell && { dwellTime: options.dwell }),
      ...(options.noise !== false && {
        noise: { source: 'noise lines', coils, readouts: 64, samplesPerReadout: 64 },
      }),
    },
    notes: [],
    readSlice: () => Promise.reject(new TypeError('not asked for')),
    readNoise: async () => samples,
    close: async () => {
      state.closed++;
    },
  };
  return { raw, state };
}

const file = (filename: string, more: object = {}): FileRef =>
  fileRefSchema.parse({ options: { type: 'local', filename, ...more } });

async function noiseOf(
  raw: RawData,
  signalFile: FileRef,
  noiseFile?: FileRef,
  separate: RawData = rawFile().raw,
) {
  const log = new JobLog(() => new Date(0));
  const found = await jobNoise({
    signalFile,
    noiseFile,
    raw,
    openNoise: async () => separate,
    log,
    signal: undefined,
  });
  return { found, log };
}

describe('where the noise comes from', () => {
  test('a separate file', async () => {
    const { found } = await noiseOf(rawFile({ noise: false }).raw, file('a.dat'), file('b.dat'));
    expect(found!.source).toBe('noise lines (b.dat)');
    expect(found!.model.covariance.data[0]! / variance).toBeCloseTo(1, 1);
  });

  test('the signal file itself: found there, asked for by multiraid, or named twice', async () => {
    for (const [signal, noise] of [
      [file('a.dat'), undefined],
      [file('a.dat', { multiraid: true }), undefined],
      [file('a.dat'), file('a.dat')],
    ] as const) {
      const { found } = await noiseOf(rawFile().raw, signal, noise);
      expect(found!.source).toBe('noise lines (a.dat)');
    }
  });

  test('a file in a bucket is the same only by bucket and key', async () => {
    const inBucket = (key: string): FileRef =>
      fileRefSchema.parse({ options: { type: 's3', bucket: 'b', key, filename: 'a.dat' } });
    const same = await noiseOf(
      rawFile().raw,
      inBucket('1_a.dat'),
      inBucket('1_a.dat'),
      rawFile({ coils: 9 }).raw,
    );
    expect(same.found!.model.samples).toBe(64 * 64);
    const separate = rawFile();
    await noiseOf(rawFile({ noise: false }).raw, inBucket('1_a.dat'), inBucket('2_a.dat'), separate.raw);
  });

  test('nowhere: undefined; insisted on: an error', async () => {
    const { found, log } = await noiseOf(rawFile({ noise: false }).raw, file('a.dat'));
    expect(found).toBeUndefined();
    expect(log.warnings).toEqual([]);
    const none = rawFile({ noise: false }).raw;
    await expect(noiseOf(none, file('a.dat', { multiraid: true }))).rejects.toMatchObject({
      code: 'MRO_JOB_NOISE_MISSING',
    });
    await expect(noiseOf(none, file('a.dat'), file('a.dat'))).rejects.toMatchObject({
      code: 'MRO_JOB_NOISE_MISSING',
    });
  });

  test('other coils are refused', async () => {
    const image = rawFile({ noise: false, coils: 8 }).raw;
    await expect(noiseOf(image, file('a.dat'), file('b.dat'))).rejects.toMatchObject({
      code: 'MRO_JOB_NOISE_COILS',
      details: { noiseCoils: 3, imageCoils: 8 },
    });
  });
});

describe('Ψ of the image = noiseScale · Ψ̂/β · dwell_noise/dwell_image', () => {
  const scaleOf = async (raw: RawData, noise: object = {}, separate?: RawData) =>
    (await noiseOf(raw, file('a.dat'), file('b.dat', { options: noise }), separate)).found!.model;

  test('β measured, scale and β given', async () => {
    const image = rawFile({ noise: false }).raw;
    const measured = await scaleOf(image);
    expect(measured.bandwidth).toBeGreaterThan(0.9);
    expect(measured.scale).toBeCloseTo(1 / measured.bandwidth, 9);
    expect((await scaleOf(image, { noiseScale: 0.5, noiseBandwidth: 0.8 })).scale).toBeCloseTo(0.625, 9);
  });

  test('dwell times: half as long for the noise means half the variance in the image', async () => {
    const image = rawFile({ noise: false, dwell: 10e-6 }).raw;
    const noise = rawFile({ noiseDwell: 5e-6 }).raw;
    expect((await scaleOf(image, { noiseBandwidth: 1 }, noise)).scale).toBeCloseTo(0.5, 9);
  });

  test('one dwell time unknown: 1, with a warning', async () => {
    const { found, log } = await noiseOf(
      rawFile({ noise: false, dwell: 10e-6 }).raw,
      file('a.dat'),
      file('b.dat', { options: { noiseBandwidth: 1 } }),
    );
    expect(found!.model.scale).toBe(1);
    expect(log.warnings.join()).toContain('dwell time of the noise is unknown');
  });
});

describe('a bandwidth that the file states', () => {
  const stating = (readouts: number): RawData => {
    const { raw } = rawFile();
    const all = made.noise();
    const line = all.shape[2]! * 2;
    const data = new Float32Array(coils * readouts * line);
    for (let c = 0; c < coils; c++) {
      data.set(all.data.subarray(c * 64 * line, (c * 64 + readouts) * line), c * readouts * line);
    }
    const samples = { data, shape: [coils, readouts, all.shape[2]!] };
    return { ...raw, readNoise: async () => ({ samples, source: 'noise lines', statedBandwidth: 0.79 }) };
  };

  test('is used where the scan is too short to measure it, and only there', async () => {
    const short = await noiseOf(stating(4), file('signal.h5'));
    expect(short.found!.model.scale).toBeCloseTo(1 / 0.79, 6);
    const long = await noiseOf(stating(64), file('signal.h5'));
    expect(Math.abs(long.found!.model.bandwidth - 1)).toBeLessThan(0.05);
  });
});
