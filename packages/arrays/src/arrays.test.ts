import { bytesInMemory, MroError } from '@mroptimum/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as fixtures from './fixtures.ts';
import type { NumericArray, NumericData } from './index.ts';
import {
  bytesPerElement,
  cflLayout,
  decodeMat,
  decodeNpy,
  decodeNpz,
  elementCount,
  encodeCfl,
  encodeNpy,
  encodeNpz,
  listMat,
  matVariable,
  npyLayout,
  npzNames,
  openNpz,
  readElements,
  readLayout,
  readMat,
  toFloat32C,
  writeMat,
} from './index.ts';

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
/** k of the fixtures in C order. */
const k = [1, 2, 3, -4, 5, 0, 0, 6, -7, 0, 8.5, 0.5];
const inC = (array: NumericArray) => [...toFloat32C(array).data];
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof MroError ? error.code : String(error)),
  );

describe('npy', () => {
  it('reads what NumPy writes: versions 1 to 3, both byte orders, both memory orders', async () => {
    const fortran = await decodeNpy(bytes(fixtures.npyC64BigFortran));
    expect(fortran).toMatchObject({ shape: [2, 3], order: 'F', dtype: 'complex64' });
    expect(inC(fortran)).toEqual(k);
    const double = await decodeNpy(bytes(fixtures.npyC128v2));
    expect(double.dtype).toBe('complex128');
    expect([...(double.data as Float64Array)]).toEqual(k);
    expect([...(await decodeNpy(bytes(fixtures.npyF2v3))).data]).toEqual([
      1,
      -0.5,
      65504,
      2 ** -24,
      Infinity,
      NaN,
    ]);
    expect([...(await decodeNpy(bytes(fixtures.npyI8))).data]).toEqual([-1n, 2n ** 40n]);
    expect(await decodeNpy(bytes(fixtures.npyScalar))).toMatchObject({
      shape: [],
      data: Float32Array.of(3.5),
    });
    expect([...(await decodeNpy(bytes(fixtures.npyU2BE))).data]).toEqual([1, 258]);
    expect([...(await decodeNpy(bytes(fixtures.npyBool))).data]).toEqual([1, 0]);
  });

  it('refuses structured and object arrays in words', async () => {
    expect(await code(decodeNpy(bytes(fixtures.npyStruct)))).toBe('MRO_RAW_UNSUPPORTED');
    expect(await code(decodeNpy(bytes(fixtures.npyObj)))).toBe('MRO_RAW_UNSUPPORTED');
  });

  it('says that a file is cut off before reading its data', async () => {
    const whole = bytes(fixtures.npyC128v2);
    expect(await code(decodeNpy(whole.subarray(0, whole.length - 1)))).toBe('MRO_RAW_TRUNCATED');
    const header = "{'descr': '<c8', 'fortran_order': False, 'shape': (99999, 99999)}".padEnd(118);
    const huge = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}`, 'latin1');
    expect(await code(decodeNpy(huge))).toBe('MRO_RAW_TRUNCATED');
  });

  it('reads parts by range', async () => {
    const source = bytesInMemory('k.npy', bytes(fixtures.npyC64BigFortran));
    const part = await readElements(source, await npyLayout(source), 1, 2);
    expect([...part]).toEqual([0, 6, 3, -4]);
  });
});

const types = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  'complex64',
  'complex128',
] as const;
const constructors = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

/** Arrays of any type, shape and order, of random bits. */
const anyArray: fc.Arbitrary<NumericArray> = fc
  .record({
    dtype: fc.constantFrom(...types),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 4 }),
    order: fc.constantFrom('C' as const, 'F' as const),
    seed: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  })
  .map(({ dtype, shape, order, seed }) => {
    const raw = new Uint8Array(elementCount(shape) * bytesPerElement(dtype));
    for (let i = 0; i < raw.length; i++) raw[i] = (seed[i % 16]! + i * 7) & 0x3f;
    return { shape, order, dtype, data: new constructors[dtype](raw.buffer) as NumericData };
  });

describe('round trips', () => {
  it('npy and npz give back every array bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyArray, fc.boolean(), async (array, compress) => {
        expect(await decodeNpy(encodeNpy(array))).toEqual(array);
        expect((await decodeNpz(encodeNpz({ a: array }, compress))).a).toEqual(array);
      }),
      { numRuns: 100 },
    );
  });

  it('mat gives back values and types in Fortran order', async () => {
    await fc.assert(
      fc.asyncProperty(anyArray, fc.boolean(), async (array, compress) => {
        const back = (await decodeMat(writeMat({ a: matVariable(array) }, { compress }))).a!;
        expect(back).toMatchObject({ dtype: array.dtype, shape: array.shape, order: 'F' });
        expect(inC(back)).toEqual(inC(array));
      }),
      { numRuns: 100 },
    );
  });

  it('cfl gives back complex arrays', async () => {
    await fc.assert(
      fc.asyncProperty(anyArray, async (array) => {
        fc.pre(array.dtype === 'complex64' && elementCount(array.shape) > 0);
        const { cfl, hdr } = encodeCfl(array);
        const source = bytesInMemory('a.cfl', cfl);
        const back = await readLayout(source, await cflLayout(source, bytesInMemory('a.hdr', hdr)));
        expect(back.shape.slice(0, array.shape.length)).toEqual(array.shape);
        expect(inC(back)).toEqual(inC(array));
      }),
      { numRuns: 30 },
    );
  });
});

describe('npz', () => {
  const array: NumericArray = {
    shape: [64],
    order: 'C',
    dtype: 'float32',
    data: Float32Array.from({ length: 64 }, (_, i) => i),
  };

  it.each([false, true])('of other values than were saved is refused (compressed: %s)', async (compress) => {
    const saved = encodeNpz({ a: array }, compress);
    expect((await decodeNpz(saved)).a).toEqual(array);
    // Past the local header and the header of npy, before the directory.
    for (const at of compress ? [60, 80] : [200, 300, 400]) {
      const changed = saved.slice();
      changed[at]! ^= 1;
      await expect(decodeNpz(changed)).rejects.toMatchObject({ code: 'MRO_RAW_CORRUPT' });
    }
  });

  it('whose end is gone is damaged, not of another kind', async () => {
    const saved = encodeNpz({ a: array });
    await expect(decodeNpz(saved.subarray(0, saved.length - 30))).rejects.toMatchObject({
      code: 'MRO_RAW_CORRUPT',
      message: expect.stringContaining('the directory at the end of the archive is missing'),
    });
  });

  it('reads what numpy.savez and savez_compressed write', async () => {
    const packed = await decodeNpz(bytes(fixtures.npzDeflate));
    expect(inC(packed.k!)).toEqual(k);
    expect([...packed.n!.data]).toEqual([0, 1, 2]);
    expect(inC((await decodeNpz(bytes(fixtures.npzStored))).k!)).toEqual(k);
    expect(await npzNames(bytesInMemory('a.npz', bytes(fixtures.npzDeflate)))).toEqual(['k', 'n']);
  });

  it('leaves stored arrays in the file', async () => {
    const source = bytesInMemory('a.npz', bytes(fixtures.npzStored));
    const [array] = await openNpz(source);
    expect(array!.bytes).toBe(source);
    expect([...(await readElements(source, array!.layout, 4, 2))]).toEqual([-7, 0, 8.5, 0.5]);
  });
});

describe('mat', () => {
  it('reads what SciPy writes, compressed or not', async () => {
    for (const file of [fixtures.mat, fixtures.matZ]) {
      const arrays = await decodeMat(bytes(file));
      expect(arrays.k).toMatchObject({ shape: [2, 3], dtype: 'complex128', order: 'F' });
      expect(inC(arrays.k!)).toEqual(k);
      expect(arrays.s!.dtype).toBe('complex64');
      expect(inC(arrays.s!)).toEqual(k);
    }
    const plain = await decodeMat(bytes(fixtures.mat));
    expect(plain.r).toMatchObject({ shape: [1, 3], dtype: 'int16', data: Int16Array.of(1, 2, 3) });
    expect(plain.m).toMatchObject({ dtype: 'bool', data: Uint8Array.of(1, 0) });
  });

  it('lists what is no array and says so when it is asked for', async () => {
    const source = bytesInMemory('a.mat', bytes(fixtures.mat));
    const kinds = (await listMat(source)).map(({ name, kind }) => [name, kind]);
    expect(kinds).toContainEqual(['st', 'a structure']);
    expect(kinds).toContainEqual(['t', 'text']);
    expect(await code(readMat(source, 'st'))).toBe('MRO_RAW_UNSUPPORTED');
    expect(await code(readMat(source, 'nothing'))).toBe('MRO_RAW_VARIABLE');
    expect((await readMat(source)).name).toBe('k');
  });
});

describe('cfl', () => {
  it('reads what BART writes', async () => {
    const source = bytesInMemory('k.cfl', bytes(fixtures.cfl));
    const layout = await cflLayout(source, bytesInMemory('k.hdr', bytes(fixtures.hdr)));
    expect(layout.shape.slice(0, 2)).toEqual([2, 3]);
    expect(inC(await readLayout(source, layout))).toEqual(k);
  });

  it('refuses sizes that do not fit', async () => {
    const hdr = bytesInMemory('k.hdr', bytes(fixtures.hdr));
    const all = bytes(fixtures.cfl);
    expect(await code(cflLayout(bytesInMemory('k.cfl', all.subarray(8)), hdr))).toBe('MRO_RAW_TRUNCATED');
    const longer = bytesInMemory('k.cfl', new Uint8Array(all.length + 8));
    expect(await code(cflLayout(longer, hdr))).toBe('MRO_RAW_CORRUPT');
  });
});
