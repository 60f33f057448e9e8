import { bytesInMemory } from '@mroptimum/contract';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeNifti } from './formats/niftiWrite.ts';
import { readInfo } from './infoRead.ts';
import { openBundle } from './read.ts';

const real = { type: 'output', dim: 3, numpyPixelType: 'float64', pixelType: 'real' };
const complex = { ...real, numpyPixelType: 'complex64', pixelType: 'complex' };
const coil = (c: number) => ({
  ...complex,
  id: 10 + c,
  name: `Coils Sensitivity ${c}`,
  type: 'accessory',
  filename: `data/sensitivity_${String(c).padStart(2, '0')}.nii.gz`,
});
const logLine = { when: '23/11/2026, 14:02:11', what: 'calculating', type: 'procedure', settings: {} };

describe('info.json of older bundles', () => {
  it('renumbers coil maps, whose ids collided with the mask', () => {
    const mask = {
      ...real,
      id: 100,
      name: 'Coil Sensitivity Mask 00',
      type: 'mask',
      filename: 'data/mask_00.nii.gz',
    };
    const info = readInfo(JSON.stringify({ headers: {}, data: [coil(0), coil(90), mask], info: {} }));
    expect(info.data.map(({ id }) => id)).toEqual([1000, 1090, 100]);
  });

  it('gives colliding ids of other maps new ones, the first keeps its own', () => {
    const data = ['a', 'b', 'c'].map((name) => ({ ...real, id: 3, name, filename: `data/${name}.nii.gz` }));
    const ids = readInfo(JSON.stringify({ data })).data.map(({ id }) => id);
    expect(ids[0]).toBe(3);
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ['headers.log', { headers: { log: [logLine] } }],
    ['headers.logs', { headers: { logs: [logLine] } }],
    ['the top level', { headers: {}, log: [logLine] }],
  ])('finds the log in %s, dates as they are', (_, json) => {
    expect(readInfo(JSON.stringify({ ...json, data: [], info: {} })).headers.log).toEqual([logLine]);
  });

  it('reads NaN and Infinity as Python writes them, not inside texts', () => {
    const info = readInfo(
      '{"headers":{"calculation_time":NaN,"options":{"a":[-Infinity, 1],"b":"NaN \\" Infinity"}},"data":[],"info":{"slices":NaN}}',
    );
    expect(info.headers.calculation_time).toBeNull();
    expect(info.headers.options).toEqual({ a: [null, 1], b: 'NaN " Infinity' });
  });

  it('fills in what entries do not say', () => {
    const info = readInfo('{"data":[{"filename":"data/X.nii.gz","numpyPixelType":"complex64"}]}');
    expect(info.data[0]).toMatchObject({ id: 0, dim: 3, name: 'X', type: 'output', pixelType: 'complex' });
  });

  it.each([
    ['no JSON', '{', /not valid JSON/],
    ['no object', '[]', /an object/],
    ['no list of maps', '{"data":5}', /at data/],
    ['a map without a file', '{"data":[{"id":1}]}', /data\.0\.filename/],
    ['slices that are no number', '{"data":[],"info":{"slices":"two"}}', /info\.slices/],
  ])('refuses %s with the path', (_, json, message) => {
    expect(() => readInfo(json)).toThrow(expect.objectContaining({ code: 'MRO_BUNDLE_INFO' }));
    expect(() => readInfo(json)).toThrow(message);
  });
});

describe('info.json of any content', () => {
  it('is read with unique ids, or refused with the code', () => {
    const entry = fc.record(
      {
        filename: fc.string(),
        id: fc.oneof(fc.nat(20), fc.string()),
        name: fc.jsonValue(),
        dim: fc.jsonValue(),
      },
      { requiredKeys: ['filename'] },
    );
    const json = fc.record(
      {
        headers: fc.jsonValue(),
        info: fc.jsonValue(),
        data: fc.oneof(fc.array(entry), fc.jsonValue()),
        log: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(json, fc.jsonValue()), (value) => {
        try {
          const ids = readInfo(JSON.stringify(value)).data.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
        } catch (error) {
          expect((error as { code: string }).code).toBe('MRO_BUNDLE_INFO');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('older bundles', () => {
  const snr = { ...complex, id: 0, name: 'SNR', filename: 'data/SNR.nii.gz' };
  const bundle = (data: Float32Array, folder = '') =>
    bytesInMemory(
      'old.zip',
      zipSync({
        [`${folder}info.json`]: strToU8(
          JSON.stringify({ headers: { options: { token: null } }, data: [snr], info: {} }),
        ),
        [`${folder}data/SNR.nii.gz`]: writeNifti({ shape: [1, 1, 2], data, complex: true }),
      }),
    );

  it('have a real SNR, though stored as complex numbers', async () => {
    const opened = await openBundle(bundle(Float32Array.from([3, 0, -4, 0])));
    const volume = await opened.maps[0]!.read();
    expect(volume.complex).toBe(false);
    expect([...volume.data]).toEqual([3, -4]);
    const turned = await (await openBundle(bundle(Float32Array.from([3, 4, 0, 1])))).maps[0]!.read();
    expect([...turned.data]).toEqual([5, 1]);
  });

  it('open with a folder around their files', async () => {
    const opened = await openBundle(bundle(Float32Array.from([3, 0, 4, 0]), 'result 12/'));
    expect([...(await opened.maps[0]!.read()).data]).toEqual([3, 4]);
  });

  it('say which file is missing', async () => {
    const zip = zipSync({ 'info.json': strToU8(JSON.stringify({ data: [snr] })) });
    const opened = await openBundle(bytesInMemory('old.zip', zip));
    await expect(opened.maps[0]!.read()).rejects.toThrow(/SNR\.nii\.gz/);
  });

  it('tell of failures by the last line of error.txt', async () => {
    const trace = 'Traceback (most recent call last):\n  File "app.py"\nValueError: no signal\n';
    const zip = zipSync({ 'info.json': strToU8('{"headers":{"log":[]}}'), 'error.txt': strToU8(trace) });
    const { failure } = await openBundle(bytesInMemory('failed.zip', zip));
    expect(failure).toMatchObject({ code: 'MRO_INTERNAL', message: 'ValueError: no signal' });
  });
});
