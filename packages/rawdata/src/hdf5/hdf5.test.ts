import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { bytesInMemory, MroError } from '@mroptimum/contract';
import { File, type OutputData, ready, type Dataset as WasmDataset } from 'h5wasm/node';
import { afterAll, describe, expect, it } from 'vitest';
import { mutate, randomIntegers } from '../../../contract/test/mutation.ts';
import { sharedFile } from '../../../contract/test/sharedData.ts';
import { openArray, readArray } from '../arrays/openArray.ts';
import { localFile } from '../localFile.ts';
import { openRaw } from '../open.ts';
import { Hdf5File } from './file.ts';
import * as fixtures from './fixtures.ts';

const unpack = ({ base64 }: { base64: string }) => new Uint8Array(inflateSync(Buffer.from(base64, 'base64')));
const source = (fixture: { base64: string }, name = 'f.mat') => bytesInMemory(name, unpack(fixture));
const folder = mkdtempSync(join(tmpdir(), 'mro-hdf5-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** k of the fixtures in C order of its HDF5 axes. */
function truth(): number[] {
  const values: number[] = [];
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 6; j++)
      for (let l = 0; l < 5; l++) values.push(100 * i + 10 * j + l, -(1 + i + j + l));
  return values;
}

describe('files of h5py', () => {
  it('reads chunked, shuffled, deflated, checksummed datasets and both kinds of object headers', async () => {
    for (const fixture of [fixtures.matlab, fixtures.modern]) {
      const file = await Hdf5File.open(source(fixture));
      expect((await file.list())?.sort()).toEqual(['k', 'm', 'st', 't']);
      const k = (await file.dataset(['k']))!;
      expect(k.shape).toEqual([4, 6, 5]);
      const bytes = await k.readRows(0, 4);
      expect([...new Float64Array(bytes.buffer, bytes.byteOffset, 240)]).toEqual(truth());
      const some = await k.readRows(1, 2);
      expect([...new Float64Array(some.slice().buffer)]).toEqual(truth().slice(60, 180));
      expect(await k.textAttribute('MATLAB_class')).toBe('double');
      const inner = await (await file.dataset(['st', 'inner']))!.readRows(0, 2);
      expect([...new Float32Array(inner.slice().buffer)]).toEqual([1.5, -2]);
    }
  });

  it('turns MATLAB axes round and takes the largest complex variable', async () => {
    const raw = (await openRaw(source(fixtures.matlab), { axes: 'xyc' }))!;
    expect(raw.header).toMatchObject({ format: 'mat', variant: 'v7.3', readout: 5, phase: 6, coils: 4 });
    const { kspace } = await raw.readSlice(0);
    // (coil, phase, readout) of MATLAB's k(x, y, c) is the order of the HDF5 axes.
    expect([...kspace.data]).toEqual(truth());
    const m = await readArray(source(fixtures.modern), { variable: 'm' });
    expect(m).toMatchObject({ shape: [2, 3], complex: false });
    expect([...m.data]).toEqual([0, 2, 4, 1, 3, 5]);
    expect((await readArray(source(fixtures.matlab), { variable: 'st/inner' })).shape).toEqual([2]);
    await expect(readArray(source(fixtures.matlab), { variable: 't' })).rejects.toThrow(MroError);
  });

  it('reads native complex numbers', async () => {
    const raw = (await openArray(source(fixtures.latest, 'f.h5'), { axes: 'cyx' }))!;
    expect([...(await raw.readSlice(0)).kspace.data]).toEqual(truth());
  });
});

const shared = sharedFile('ismrmrd', 'shepp96_6ch_r1_2rep.h5');

describe.runIf(shared)('against libhdf5', () => {
  it('every plain array of a real file is read alike', async () => {
    await ready;
    const mine = await Hdf5File.open(await localFile(shared!));
    const theirs = new File(shared!, 'r');
    for (const name of ['coil_images', 'csm', 'phantom']) {
      const dataset = (await mine.dataset(['dataset', name]))!;
      const bytes = await dataset.readRows(0, dataset.rows);
      const floats = new Float32Array(bytes.slice().buffer);
      const expected = (theirs.get(`dataset/${name}`) as WasmDataset).value as OutputData[][];
      expect(floats.length).toBe(2 * expected.length);
      const worst = expected.reduce(
        (max, [re, im], i) =>
          Math.max(max, Math.abs(Number(re) - floats[2 * i]!), Math.abs(Number(im) - floats[2 * i + 1]!)),
        0,
      );
      expect(worst).toBe(0);
    }
    theirs.close();
  });
});

describe('mutated files', () => {
  const rounds = Number(process.env.MRO_FUZZ ?? 20_000);
  it(`${rounds} of MATLAB 7.3 end in an array or an error that says where`, async () => {
    const random = randomIntegers(73);
    const originals = [fixtures.matlab, fixtures.modern].map(unpack);
    let valid = 0;
    let slowest = 0;
    for (let i = 0; i < rounds; i++) {
      const bytes = mutate(originals[i % 2]!, random);
      const start = performance.now();
      try {
        const { shape, data, complex } = await readArray(bytesInMemory('m.mat', bytes));
        expect(data.length).toBe(shape.reduce((n, extent) => n * extent, complex ? 2 : 1));
        valid++;
      } catch (error) {
        if (!(error instanceof MroError)) throw error;
        expect(error.code).toMatch(/^MRO_RAW_/);
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(valid).toBeGreaterThan(rounds / 100);
    expect(slowest).toBeLessThan(2000);
  });

  it('a truncated file is refused at once', async () => {
    const whole = unpack(fixtures.matlab);
    const path = join(folder, 'short.mat');
    writeFileSync(path, whole.subarray(0, whole.length - 100));
    await expect(readArray(await localFile(path))).rejects.toMatchObject({ code: 'MRO_RAW_TRUNCATED' });
  });
});
