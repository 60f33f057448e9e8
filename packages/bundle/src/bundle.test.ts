import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMat } from '@mroptimum/arrays';
import {
  bundleInfoSchema,
  bytesInMemory,
  coilSensitivityMap,
  MroError,
  resultMaps,
} from '@mroptimum/contract';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obliqueGeometry } from '../test/geometries.ts';
import { text } from './bytes.ts';
import { niftiWriter } from './formats/niftiWrite.ts';
import type { InfoInput } from './info.ts';
import { folderSink, openBundlePath, zipFileSink } from './node/index.ts';
import { openBundle } from './read.ts';
import { memoryZipSink } from './sink.ts';
import { matrixOf, matrixVolume } from './volume.ts';
import type { BundleContent } from './write.ts';
import { writeBundle, writeFailure } from './write.ts';

const geometry = obliqueGeometry([1, 1, 3], 0.3);
const values = (length: number, scale = 1) => Float32Array.from({ length }, (_, i) => scale * i);
const covariance = { shape: [2, 2], data: Float32Array.from([2, 0, 0.5, 1, 0.5, -1, 3, 0]) };
const infoInput: InfoInput = {
  options: { version: 'v0', name: 'ac', token: 'abc', options: { email: 'a@b.org' } },
  log: [{ when: '2026-11-23T14:00:00Z', what: 'started', type: 'start', settings: {} }],
  calculationTime: 1.5,
  summary: {
    slices: 3,
    method: 'ac',
    reconstruction: 'sense',
    snrUnits: 'absolute',
    noise: { source: 'noise file', samples: 4096, bandwidth: 0.79, covarianceScale: 1.27 },
    engine: { version: '0.1.0', kernel: 'float64' },
  },
  userId: null,
};
const content: BundleContent = {
  maps: [
    {
      map: coilSensitivityMap(90),
      volume: { shape: [3, 4, 5], data: values(120, 0.1), complex: true, geometry },
    },
    { map: resultMaps.snr, volume: { shape: [3, 4, 5], data: values(60), complex: false, geometry } },
    { map: resultMaps.noiseCovariance, volume: matrixVolume(covariance) },
    {
      map: resultMaps.sensitivityMask,
      volume: { shape: [3, 4, 5], data: new Uint8Array(60).fill(1), format: 'uint8', geometry },
    },
  ],
  info: infoInput,
  matlab: true,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('result bundles', () => {
  it('are the same in a folder, a zip file and in memory', async () => {
    const { info, result } = await writeBundle(memoryZipSink(), content);
    expect(bundleInfoSchema.parse(info)).toEqual(info);
    await writeBundle(zipFileSink(join(folder, 'out/result.zip')), content);
    await writeBundle(folderSink(join(folder, 'bundle')), content);
    expect(Uint8Array.from(await readFile(join(folder, 'out/result.zip')))).toEqual(result);
    expect(await readdir(join(folder, 'out'))).toEqual(['result.zip']);
    const zipped = unzipSync(result);
    expect(Object.keys(zipped)).toEqual([
      'data/SNR.nii.gz',
      'data/NC.nii.gz',
      'data/mask_00.nii.gz',
      'data/sensitivity_90.nii.gz',
      'matlab.mat',
      'info.json',
    ]);
    for (const [name, bytes] of Object.entries(zipped)) {
      expect(Buffer.compare(await readFile(join(folder, 'bundle', name)), bytes)).toBe(0);
    }
  });

  it.each(['zip', 'folder'])('open again from a %s', async (kind) => {
    const path = join(folder, kind === 'zip' ? 'result.zip' : 'result');
    await writeBundle(kind === 'zip' ? zipFileSink(path) : folderSink(path), content);
    const bundle = await openBundlePath(path);
    expect(bundle.failure).toBeUndefined();
    expect(bundle.info.info.noise?.bandwidth).toBe(0.79);
    expect(bundle.maps.map(({ id, name, type }) => [id, name, type])).toEqual([
      [0, 'SNR', 'output'],
      [1, 'Noise Covariance', 'output'],
      [100, 'Coil Sensitivity Mask', 'mask'],
      [1090, 'Coil Sensitivity 90', 'accessory'],
    ]);
    const [snr, nc, mask, coil] = await Promise.all(bundle.maps.map((map) => map.read()));
    expect(snr!.data).toEqual(values(60));
    expect(snr!.geometry!.spacing[2]).toBeCloseTo(4, 5);
    expect(matrixOf(nc!)).toEqual({ ...covariance, complex: true });
    expect(mask!.data).toEqual(new Float32Array(60).fill(1));
    expect(coil!.data).toEqual(values(120, 0.1));
    await bundle.close();
  });

  it('hold matrices so that voxel (i, j) is row i, column j', async () => {
    const { data, shape } = matrixVolume(covariance);
    expect(shape).toEqual([1, 2, 2]);
    // x is fastest: voxel (i = 0, j = 1) is the third number pair; Ψ₀₁ = 0.5 + i.
    expect([...data.subarray(4, 6)]).toEqual([0.5, 1]);
  });

  it('hold every map as a MATLAB variable indexed like the voxels', async () => {
    const { result } = await writeBundle(memoryZipSink(), content);
    const mat = await decodeMat(unzipSync(result)['matlab.mat']!, 'matlab.mat');
    expect(Object.keys(mat)).toEqual(['SNR', 'NC', 'mask', 'sensitivity_90']);
    expect(mat.SNR!.shape).toEqual([5, 4, 3]);
    expect(mat.SNR!.order).toBe('F');
    expect([...mat.SNR!.data]).toEqual([...values(60)]);
    expect(mat.NC!.shape).toEqual([2, 2]);
    expect([...mat.NC!.data]).toEqual([...matrixVolume(covariance).data]);
  });

  it('take maps that were streamed before', async () => {
    const writer = niftiWriter({ shape: [2, 1, 1], format: 'float32' });
    writer.push(values(1));
    writer.push(values(1));
    const maps = [{ map: resultMaps.gFactor, format: 'float32' as const, nifti: writer.finish() }];
    const { result } = await writeBundle(memoryZipSink(), { maps, info: infoInput });
    const bundle = await openBundle(bytesInMemory('a.zip', result));
    expect((await bundle.maps[0]!.read()).shape).toEqual([2, 1, 1]);
  });

  it('never hold secrets', async () => {
    const { result } = await writeBundle(memoryZipSink(), content);
    const json = text(unzipSync(result)['info.json']!);
    expect(json).not.toMatch(/token|abc|email|a@b/);
    expect(JSON.parse(json).headers.options).toEqual({ version: 'v0', name: 'ac', options: {} });
  });

  it('leave nothing behind when a map cannot be written', async () => {
    const broken = {
      ...content,
      maps: [
        ...content.maps,
        { map: resultMaps.reconstruction, volume: { shape: [7], data: values(3), complex: false } },
      ],
    };
    await expect(writeBundle(zipFileSink(join(folder, 'r.zip')), broken)).rejects.toThrow(
      code('MRO_BUNDLE_SHAPE'),
    );
    await expect(writeBundle(folderSink(join(folder, 'r')), broken)).rejects.toThrow(
      code('MRO_BUNDLE_SHAPE'),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('say why they cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const write = writeBundle(folderSink(join(folder, 'file', 'r')), content);
    await expect(write).rejects.toThrow(code('MRO_BUNDLE_WRITE'));
    const zip = writeBundle(zipFileSink(join(folder, 'file', 'r.zip')), content);
    await expect(zip).rejects.toThrow(code('MRO_BUNDLE_WRITE'));
  });
});

describe('failure bundles', () => {
  it('say what went wrong, also when nothing else is known', async () => {
    const error = new MroError('MRO_BUNDLE_MISSING', 'The signal never arrived.', {
      hint: 'Upload it again.',
    });
    const event = { Records: [{ token: 'abc' }] };
    const { result } = await writeFailure(memoryZipSink(), { error, event, info: infoInput });
    const files = unzipSync(result);
    expect(Object.keys(files)).toEqual(['error.json', 'event.json', 'options.json', 'info.json']);
    expect(JSON.parse(text(files['event.json']!))).toEqual({ Records: [{}] });
    const bundle = await openBundle(bytesInMemory('failed.zip', result));
    expect(bundle.failure).toEqual({
      code: 'MRO_BUNDLE_MISSING',
      message: 'The signal never arrived.',
      hint: 'Upload it again.',
    });
    expect(bundle.maps).toEqual([]);
    expect(bundle.info.headers.log).toEqual(infoInput.log);
  });
});

describe('opening what is no bundle', () => {
  it('refuses other files, zips without info.json and missing paths', async () => {
    await expect(openBundle(bytesInMemory('x', new Uint8Array(100)))).rejects.toThrow(
      code('MRO_BUNDLE_FORMAT'),
    );
    const zip = zipSync({ 'a.txt': new Uint8Array(1) });
    await expect(openBundle(bytesInMemory('x', zip))).rejects.toThrow(code('MRO_BUNDLE_MISSING'));
    await expect(openBundlePath(join(folder, 'nothing'))).rejects.toThrow(code('MRO_BUNDLE_MISSING'));
  });

  it('refuses an info.json too large to be one', async () => {
    const huge = new Uint8Array(2 ** 25 + 1).map((_, i) => i * 2654435761);
    const zip = zipSync({ 'info.json': huge }, { level: 0 });
    await expect(openBundle(bytesInMemory('x', zip))).rejects.toThrow(code('MRO_BUNDLE_TOO_LARGE'));
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b/info.json'), huge);
    await expect(openBundlePath(join(folder, 'b'))).rejects.toThrow(code('MRO_BUNDLE_TOO_LARGE'));
  });

  it('does not follow links out of a folder', async () => {
    const path = join(folder, 'bundle');
    await writeBundle(folderSink(path), { ...content, maps: content.maps.slice(1, 2), matlab: false });
    await rm(join(path, 'data/SNR.nii.gz'));
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere/secret'), 'x');
    await symlink(join(folder, 'elsewhere/secret'), join(path, 'data/SNR.nii.gz'));
    const bundle = await openBundlePath(path);
    await expect(bundle.maps[0]!.read()).rejects.toThrow(code('MRO_BUNDLE_MISSING'));
  });
});
