import { encodeCfl, encodeNpy, encodeNpz, matVariable, type NumericArray, writeMat } from '@mroptimum/arrays';
import { bytesInMemory, MroError } from '@mroptimum/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawData } from '../acquisition.ts';
import { openRaw } from '../open.ts';
import { scanPrivacy } from '../privacy.ts';
import { labelAxes, likelyAxes } from './axes.ts';
import { readArray } from './openArray.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof MroError ? error.code : String(error)),
  );

type Index = Readonly<Record<string, number>>;
/** A value that says where it belongs: exact in float32, never zero. */
const valueAt = ({ x = 0, y = 0, z = 0, s = 0, c = 0, r = 0, n = 0 }: Index): [number, number] => [
  1 + x + 8 * y + 64 * c + n,
  -1 - z - 8 * s - 64 * r,
];

/** An array of the given axes and extents whose samples are valueAt of their own index. */
function labelled(axes: string, extents: Index, order: 'C' | 'F'): NumericArray {
  const shape = [...axes].map((axis) => extents[axis]!);
  const count = shape.reduce((n, extent) => n * extent, 1);
  const data = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    let rest = i;
    const index: Record<string, number> = {};
    const walk = order === 'F' ? [...axes] : [...axes].reverse();
    for (const axis of walk) {
      index[axis] = rest % extents[axis]!;
      rest = Math.floor(rest / extents[axis]!);
    }
    data.set(valueAt(index), 2 * i);
  }
  return { shape, order, dtype: 'complex64', data };
}

async function expectPlaces(raw: RawData, e: Index): Promise<void> {
  for (let s = 0; s < (e.s ?? 1); s++) {
    for (let z = 0; z < (e.z ?? 1); z++) {
      const { kspace } = await raw.readSlice(s, { partition: z });
      expect(kspace.shape).toEqual([e.r ?? 1, e.c ?? 1, e.y, e.x]);
      let at = 0;
      for (let r = 0; r < (e.r ?? 1); r++)
        for (let c = 0; c < (e.c ?? 1); c++)
          for (let y = 0; y < e.y!; y++)
            for (let x = 0; x < e.x!; x++, at += 2) {
              const [re, im] = valueAt({ x, y, z, s, c, r });
              if (kspace.data[at] !== re || kspace.data[at + 1] !== im) {
                expect({ x, y, z, s, c, r, re: kspace.data[at], im: kspace.data[at + 1] }).toEqual({
                  re,
                  im,
                });
              }
            }
    }
  }
}

/** Axes strings with x and y, in any order, and extents of each axis. */
const layouts = fc
  .record({
    extra: fc.subarray(['z', 's', 'c', 'r']),
    seed: fc.integer(),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 6, maxLength: 6 }),
    order: fc.constantFrom('C' as const, 'F' as const),
  })
  .chain(({ extra, sizes, order }) =>
    fc.shuffledSubarray(['x', 'y', ...extra], { minLength: extra.length + 2 }).map((axes) => ({
      axes: axes.join(''),
      extents: Object.fromEntries(
        [...'xyzscr'].map((axis, i) => [axis, axes.includes(axis) ? sizes[i]! : 1]),
      ),
      order,
    })),
  );

describe('an array as raw data', () => {
  it('every order of axes and of memory puts each sample in its place', async () => {
    await fc.assert(
      fc.asyncProperty(layouts, async ({ axes, extents, order }) => {
        const bytes = encodeNpy(labelled(axes, extents, order));
        await expectPlaces(await openRaw(bytesInMemory('k.npy', bytes), { axes }), extents);
      }),
      { numRuns: 200 },
    );
  });

  it('large arrays are read in several ranges, whichever axis is the slice', async () => {
    const extents = { x: 64, y: 48, s: 5, c: 4 };
    for (const axes of ['sxyc', 'xysc', 'xycs']) {
      for (const order of ['C', 'F'] as const) {
        const array = labelled(axes, extents, order);
        let largest = 0;
        const source = bytesInMemory('k.npy', encodeNpy(array));
        const spy = {
          ...source,
          read: (offset: number, length: number) => {
            largest = Math.max(largest, length);
            return source.read(offset, length);
          },
        };
        await expectPlaces(await openRaw(spy, { axes }), extents);
        if ((axes === 'sxyc') === (order === 'C') && axes !== 'xysc')
          expect(largest).toBeLessThan(8 * 64 * 48 * 5);
      }
    }
  });

  it('npz, mat, compressed mat and cfl give the same', async () => {
    const extents = { x: 5, y: 4, c: 3, r: 2 };
    const array = labelled('xycr', extents, 'F');
    const options = { axes: 'xycr' };
    const { cfl, hdr } = encodeCfl(array);
    const open = (name: string, bytes: Uint8Array) => openRaw(bytesInMemory(name, bytes), options);
    await expectPlaces(await open('k.npz', encodeNpz({ k: array })), extents);
    await expectPlaces(await open('k.npz', encodeNpz({ k: array }, true)), extents);
    await expectPlaces(await open('k.mat', writeMat({ k: matVariable(array) })), extents);
    await expectPlaces(await open('k.mat', writeMat({ k: matVariable(array) }, { compress: true })), extents);
    const companion = bytesInMemory('k.hdr', hdr);
    await expectPlaces(await openRaw(bytesInMemory('k.cfl', cfl), { ...options, companion }), extents);
    const swapped = await openRaw(companion, { ...options, companion: bytesInMemory('k.cfl', cfl) });
    await expectPlaces(swapped, extents);
  });

  it("cfl without axes takes BART's dimensions", async () => {
    const extents = { x: 4, y: 3, c: 2, r: 2 };
    const array = labelled('xycr', extents, 'F');
    const { cfl, hdr } = encodeCfl({ ...array, shape: [4, 3, 1, 2, 1, 1, 1, 1, 1, 1, 2] });
    const raw = await openRaw(bytesInMemory('k.cfl', cfl), { companion: bytesInMemory('k.hdr', hdr) });
    await expectPlaces(raw, extents);
    expect(raw.header.format).toBe('bart');
  });

  it('lines and columns of zeros were not acquired', async () => {
    const array = labelled('cyx', { x: 8, y: 12, c: 2 }, 'C');
    const data = array.data as Float32Array;
    const acquired = [0, 3, 5, 6, 7, 9];
    for (let i = 0; i < data.length / 2; i++) {
      const y = Math.floor(i / 8) % 12;
      if (!acquired.includes(y) || i % 8 < 2) data.fill(0, 2 * i, 2 * i + 2);
    }
    const raw = await openRaw(bytesInMemory('k.npy', encodeNpy(array)), { axes: 'cyx' });
    const slice = await raw.readSlice(0);
    expect([...slice.acquired].flatMap((count, y) => (count ? [y] : []))).toEqual(acquired);
    expect(slice.acquiredReadout).toEqual([2, 8]);
    expect(raw.header).toMatchObject({ phase: 12, readout: 8, coils: 2 });
  });

  it('the header says R and the calibration lines', async () => {
    const array = labelled('cyx', { x: 4, y: 32, c: 2 }, 'C');
    const data = array.data as Float32Array;
    for (let i = 0; i < data.length / 2; i++) {
      const y = Math.floor(i / 4) % 32;
      if (y % 3 !== 1 && (y < 12 || y >= 20)) data.fill(0, 2 * i, 2 * i + 2);
    }
    const { header } = await openRaw(bytesInMemory('k.npy', encodeNpy(array)), {
      axes: 'cyx',
      spacing: [2, 3, 4],
    });
    expect(header.acceleration).toEqual([1, 3]);
    expect(header.referenceLines).toBe(5);
    expect(header.geometry?.spacing).toEqual([2, 3, 4]);
  });

  it('reads noise as lists of samples and as lines', async () => {
    const list = labelled('nc', { n: 7, c: 3 }, 'C');
    const raw = await openRaw(bytesInMemory('n.npy', encodeNpy(list)), { axes: 'nc' });
    const noise = await raw.readNoise();
    expect(noise.samples.shape).toEqual([3, 1, 7]);
    expect([...noise.samples.data.subarray(14, 18)]).toEqual([65, -1, 66, -1]);
    expect(await code(raw.readSlice(0))).toBe('MRO_RAW_NO_IMAGE');
    const lines = await openRaw(
      bytesInMemory('n.npy', encodeNpy(labelled('xycr', { x: 4, y: 3, c: 2, r: 2 }, 'C'))),
      {
        axes: 'xycr',
      },
    );
    const read = await lines.readNoise();
    expect(read.samples.shape).toEqual([2, 6, 4]);
    // Coil 1, line 4 is repetition 1, y 1; its last sample is x 3.
    const at = 2 * ((6 + 4) * 4 + 3);
    expect([...read.samples.data.subarray(at, at + 2)]).toEqual(valueAt({ x: 3, y: 1, c: 1, r: 1 }));
  });
});

describe('some repetitions of many', () => {
  const extents = { x: 5, y: 4, s: 2, c: 3, r: 6 };
  const anyOrder = fc.shuffledSubarray(['x', 'y', 's', 'c', 'r'], { minLength: 5 });

  it('are the first of all, wherever the axis stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyOrder,
        fc.constantFrom('C', 'F'),
        fc.integer({ min: 1, max: 7 }),
        async (order, layout, most) => {
          const axes = order.join('');
          const bytes = encodeNpy(labelled(axes, extents, layout as 'C' | 'F'));
          const raw = await openRaw(bytesInMemory('k.npy', bytes), { axes });
          const all = await raw.readSlice(1);
          const some = await raw.readSlice(1, { repetitions: most });
          const kept = Math.min(most, 6);
          expect(some.kspace.shape).toEqual([kept, 3, 4, 5]);
          expect(some.kspace.data).toEqual(all.kspace.data.slice(0, (all.kspace.data.length / 6) * kept));
          expect(some.acquired).toEqual(all.acquired.slice(0, 4 * kept));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are read alone where they lie together', async () => {
    const wide = { x: 64, y: 64, c: 4, r: 20 };
    const bytes = encodeNpy(labelled('rcyx', wide, 'C'));
    let read = 0;
    const inMemory = bytesInMemory('k.npy', bytes);
    const counted = {
      ...inMemory,
      read: (offset: number, length: number) => {
        read += length;
        return inMemory.read(offset, length);
      },
    };
    const raw = await openRaw(counted, { axes: 'rcyx' });
    read = 0;
    await raw.readSlice(0, { repetitions: 2 });
    expect(read).toBe((2 * bytes.length - 2 * 128) / 20);
  });
});

describe('axes', () => {
  it('proposes what the shape suggests', () => {
    expect(likelyAxes([96, 96, 16])).toBe('xyc');
    expect(likelyAxes([16, 96, 96])).toBe('cxy');
    expect(likelyAxes([10000, 16])).toBe('nc');
    expect(likelyAxes([8, 4000])).toBe('cn');
    expect(likelyAxes([128, 64])).toBe('xy');
    expect([...likelyAxes([128, 128, 20, 32])].sort().join('')).toBe('csxy');
  });

  it('refuses what does not fit, with the proposal in the hint', async () => {
    const open = (axes?: string) =>
      openRaw(bytesInMemory('k.npy', encodeNpy(labelled('xyc', { x: 6, y: 5, c: 2 }, 'C'))), {
        ...(axes && { axes }),
      });
    for (const axes of [undefined, 'xy', 'xyq', 'xxy', 'xycr?', 'cr', 'xync']) {
      expect(await code(open(axes))).toBe('MRO_RAW_AXES');
    }
    await expect(open()).rejects.toMatchObject({ hint: expect.stringContaining('"xyc"') });
    // A trailing axis of one that MATLAB dropped may be named.
    expect((await open('xycr')).header.repetitions).toBe(1);
  });

  it('drops axes of one only where that is no guess', () => {
    expect(labelAxes('k', [4, 5, 1, 6, 1, 1], 'xyzc').shape).toEqual([4, 5, 1, 6]);
    expect(labelAxes('k', [4, 1, 5, 6], 'xyc').shape).toEqual([4, 5, 6]);
    expect(() => labelAxes('k', [4, 1, 5, 1, 6], 'xyzc')).toThrow(MroError);
  });

  it('refuses real numbers as k-space', async () => {
    const real = encodeNpy({ shape: [4, 4], order: 'C', dtype: 'float32', data: new Float32Array(16) });
    expect(await code(openRaw(bytesInMemory('m.npy', real), { axes: 'xy' }))).toBe('MRO_RAW_UNSUPPORTED');
  });
});

describe('readArray', () => {
  it('gives C order from any order and type', async () => {
    const data = Int16Array.of(1, 2, 3, 4, 5, 6);
    const fortran = encodeNpy({ shape: [2, 3], order: 'F', dtype: 'int16', data });
    const values = await readArray(bytesInMemory('m.npy', fortran));
    expect(values).toMatchObject({ shape: [2, 3], complex: false });
    expect([...values.data]).toEqual([1, 3, 5, 2, 4, 6]);
    const complex = await readArray(
      bytesInMemory('m.npy', encodeNpy(labelled('xyc', { x: 2, y: 2, c: 2 }, 'F'))),
    );
    expect(complex.complex).toBe(true);
    expect([...complex.data.subarray(0, 4)]).toEqual([...valueAt({}), ...valueAt({ c: 1 })]);
  });

  it('says what it cannot read', async () => {
    expect(await code(readArray(bytesInMemory('x', new Uint8Array(100))))).toBe('MRO_RAW_UNKNOWN');
    expect(await code(openRaw(bytesInMemory('x.cfl', new Uint8Array(64))))).toBe('MRO_RAW_COMPANION');
    const empty = bytesInMemory('empty.npy', new Uint8Array(0));
    for (const opening of [openRaw(empty), readArray(empty), scanPrivacy(empty)])
      await expect(opening).rejects.toMatchObject({
        code: 'MRO_RAW_TRUNCATED',
        message: 'empty.npy is empty.',
      });
  });
});
