import { describe, expect, it } from 'vitest';
import type { ComplexArray } from '../arrays.ts';
import { at, complexZeros, realZeros } from '../arrays.ts';
import type { SnrError } from '../errors.ts';
import { oracleKernels } from './oracle.ts';
import { awkwardSizes, largestDifference, randomComplex, relativeError } from './testing.ts';
import { wasmKernels } from './wasm.ts';

const k = wasmKernels();
const oracle = oracleKernels();

/** Single precision against double: rounding grows with the depth of the transform. */
const fftTolerance = (size: number): number => 1e-7 * Math.max(2, Math.log2(size));

const shapes: (readonly number[])[] = [
  ...awkwardSizes.map((n) => [2, n, 9]),
  ...awkwardSizes.map((n) => [3, 5, n]),
  [1, 61, 67],
  [32, 16, 8],
  [2, 2, 12, 20],
  [1, 254, 262],
];

describe('FFT in WebAssembly', () => {
  it.each(shapes)('of %j agrees with float64, both ways, out of place and in place', (...shape) => {
    for (const direction of ['image', 'kspace'] as const) {
      for (const axes of ['fft2', 'fftReadout', 'fftPhase'] as const) {
        k.scope(() => {
          const input = randomComplex(shape.length + shape[1]!, ...shape);
          const truth = complexZeros(...shape);
          oracle[axes](truth, input, direction);
          const loaded = k.load(input);
          const out = k.complex(...shape);
          k[axes](out, loaded, direction);
          expect(relativeError(out.data, truth.data)).toBeLessThan(
            fftTolerance(shape.at(-1)! * shape.at(-2)!),
          );
          expect(loaded.data).toEqual(input.data);
          k[axes](loaded, loaded, direction);
          expect(loaded.data).toEqual(out.data);
        });
      }
    }
  });

  it('touches nothing beside the output', () => {
    for (const shape of [
      [3, 5],
      [7, 13],
      [4, 1],
      [1, 6],
    ]) {
      k.scope(() => {
        const surrounded = k.complex(3, ...shape);
        surrounded.data.fill(7);
        k.fft2(at(surrounded, 1), k.load(randomComplex(1, ...shape)), 'image');
        expect(at(surrounded, 0).data.every((value) => value === 7)).toBe(true);
        expect(at(surrounded, 2).data.every((value) => value === 7)).toBe(true);
      });
    }
  });

  it('keeps white noise white: energy is the same in k-space and image', () => {
    k.scope(() => {
      const noise = k.complex(4, 75, 96);
      k.noise(noise, { seed: 1, slice: 0 }, 0, [0, 75]);
      const power = noise.data.reduce((sum, value) => sum + value * value, 0);
      k.fft2(noise, noise, 'image');
      expect(noise.data.reduce((sum, value) => sum + value * value, 0) / power).toBeCloseTo(1, 5);
    });
  });
});

describe('sums over coils in WebAssembly', () => {
  for (const coils of [1, 2, 3, 8, 16, 32, 65]) {
    for (const shape of [
      [1, 1],
      [3, 7],
      [13, 17],
      [20, 64],
    ]) {
      it(`${coils} coils of ${shape.join(' × ')} agree with float64`, () => {
        k.scope(() => {
          const a = randomComplex(coils, coils, ...shape);
          const b = randomComplex(coils + 1, coils, ...shape);
          const matrix = randomComplex(coils + 2, coils, coils);
          const [la, lb, lm] = [k.load(a), k.load(b), k.load(matrix)];
          const compare = (
            actual: { data: Float32Array },
            run: (out: ComplexArray) => void,
            out = complexZeros(...shape),
          ) => {
            run(out);
            expect(relativeError(actual.data, out.data)).toBeLessThan(1e-6);
          };

          const inner = k.complex(...shape);
          k.inner(inner, la, lb);
          compare(inner, (out) => oracle.inner(out, a, b));

          const unfolded = k.complex(...shape);
          k.unfold(unfolded, la, lb);
          compare(unfolded, (out) => oracle.unfold(out, a, b));

          const norm = k.real(...shape);
          const expectedNorm = realZeros(...shape);
          k.rss(norm, la);
          oracle.rss(expectedNorm, a);
          expect(relativeError(norm.data, expectedNorm.data)).toBeLessThan(1e-6);

          const whitened = k.complex(coils, ...shape);
          k.whiten(whitened, la, lm);
          compare(whitened, (out) => oracle.whiten(out, a, matrix), complexZeros(coils, ...shape));
          k.whiten(la, la, lm);
          expect(la.data).toEqual(whitened.data);
        });
      });
    }
  }

  it('unfolds images along both axes', () => {
    k.scope(() => {
      const unmix = randomComplex(1, 5, 12, 21);
      const folded = randomComplex(2, 5, 4, 7);
      const out = k.complex(12, 21);
      const truth = complexZeros(12, 21);
      k.unfold(out, k.load(unmix), k.load(folded));
      oracle.unfold(truth, unmix, folded);
      expect(relativeError(out.data, truth.data)).toBeLessThan(1e-6);
    });
  });
});

describe('SENSE unmixing in WebAssembly', () => {
  const cases: [number, number, number, number, number][] = [
    [1, 3, 5, 1, 1],
    [3, 8, 10, 1, 2],
    [8, 9, 15, 1, 3],
    [16, 12, 44, 2, 2],
    [16, 8, 24, 1, 4],
    [8, 6, 66, 3, 2],
    [32, 9, 27, 3, 3],
    [4, 6, 12, 2, 3],
  ];

  it.each(cases)('%i coils, %i × %i, R = %i × %i agrees with float64', (coils, ny, nx, rx, ry) => {
    k.scope(() => {
      const maps = randomComplex(coils + ny, coils, ny, nx);
      const outcome = run(maps, [rx, ry]);
      // Random maps of few coils are badly conditioned: errors grow with g².
      const g = outcome.truth.g.data.reduce((most, value) => Math.max(most, value), 1);
      expect(relativeError(outcome.unmix.data, outcome.truth.unmix.data)).toBeLessThan(
        1e-6 * Math.min(g * g, 1000),
      );
      expect(relativeError(outcome.g.data, outcome.truth.g.data)).toBeLessThan(1e-6 * Math.min(g * g, 1000));
    });
  });

  it('takes dead pixels, equal pixels, weak and strong coils, and nearly equal pixels as float64 does', () => {
    k.scope(() => {
      const [coils, ny, nx] = [8, 4, 40];
      const maps = randomComplex(9, coils, ny, nx);
      const pixel = (y: number, x: number, c: number) => 2 * ((c * ny + y) * nx + x);
      for (let c = 0; c < coils; c++) {
        maps.data.fill(0, pixel(0, 0, c), pixel(0, 3, c));
        for (let part = 0; part < 2; part++) {
          maps.data[pixel(2, 1, c) + part] = 0;
          // Pixels (y, x) and (y + 2, x) fold together.
          maps.data[pixel(2, 5, c) + part] = 2 * maps.data[pixel(0, 5, c) + part]!;
          maps.data[pixel(3, 6, c) + part] = maps.data[pixel(1, 6, c) + part]! * (c === 0 ? 1.01 : 1);
          maps.data[pixel(1, 7, c) + part]! *= 1e-15;
          maps.data[pixel(3, 7, c) + part]! *= 1e-15;
          maps.data[pixel(1, 8, c) + part]! *= 1e15;
          maps.data[pixel(3, 8, c) + part]! *= 1e15;
        }
      }
      const { unmix, g, truth } = run(maps, [1, 2]);
      for (let x = 0; x < nx; x++) {
        for (let y = 0; y < ny; y++) {
          const values = (array: ComplexArray) =>
            Array.from({ length: coils }, (_, c) => [
              ...array.data.subarray(pixel(y, x, c), pixel(y, x, c) + 2),
            ]).flat();
          expect(relativeError(values(unmix), values(truth.unmix))).toBeLessThan(2e-4);
          expect(Math.abs(g.data[y * nx + x]! - truth.g.data[y * nx + x]!)).toBeLessThan(
            1e-4 * truth.g.data[y * nx + x]! + 1e-12,
          );
        }
      }
      expect(g.data[0 * nx + 5]).toBe(0);
      expect(g.data[2 * nx + 5]).toBe(0);
      expect(g.data[0]).toBe(0);
      expect(g.data[2 * nx]).toBeCloseTo(1, 6);
      expect(g.data[nx + 6]).toBeGreaterThan(30);
    });
  });

  it('shows what is not finite and leaves its neighbours alone', () => {
    k.scope(() => {
      const maps = randomComplex(3, 4, 2, 8);
      maps.data[2 * 3] = Number.NaN;
      const { unmix, g, truth } = run(maps, [1, 2]);
      expect(g.data[3]).toBeNaN();
      expect(unmix.data[2 * 3]).toBeNaN();
      expect(
        relativeError(g.data.filter(Number.isFinite), truth.g.data.filter(Number.isFinite)),
      ).toBeLessThan(1e-3);
      expect(g.data.filter((value) => Number.isNaN(value))).toHaveLength(2);
    });
  });

  function run(maps: ComplexArray, acceleration: [number, number]) {
    const shape = maps.shape.slice(1);
    const truth = { unmix: complexZeros(...maps.shape), g: realZeros(...shape) };
    oracle.senseUnmix(truth.unmix, truth.g, maps, acceleration);
    const unmix = k.complex(...maps.shape);
    const g = k.real(...shape);
    k.senseUnmix(unmix, g, k.load(maps), acceleration);
    return { unmix, g, truth };
  }
});

describe('synthetic noise in WebAssembly', () => {
  const key = { seed: 4000000001, slice: 17 };

  it.each([
    [1, 1, 1],
    [2, 3, 5],
    [4, 16, 61],
    [3, 7, 8],
  ])('%i coils of %i × %i: the same integers as float64, values to single precision', (coils, my, mx) => {
    k.scope(() => {
      const noise = k.complex(coils, my, mx);
      const truth = complexZeros(coils, my, mx);
      k.noise(noise, key, 12345, [0, my]);
      oracle.noise(truth, key, 12345, [0, my]);
      expect(relativeError(noise.data, truth.data)).toBeLessThan(1e-6);
      // Where u is next to 1 the radius is small and keeps few digits, but no large error.
      expect(largestDifference(noise, truth)).toBeLessThan(1e-5);
    });
  });

  it('writes the same rows whoever writes them, and no others', () => {
    k.scope(() => {
      const whole = k.complex(3, 10, 7);
      const parts = k.complex(3, 10, 7);
      k.noise(whole, key, 2, [0, 10]);
      k.noise(parts, key, 2, [3, 4]);
      expect(parts.data.filter((value) => value !== 0)).toHaveLength(2 * 3 * 7);
      for (const rows of [
        [0, 3],
        [4, 9],
        [9, 10],
      ] as const) {
        k.noise(parts, key, 2, rows);
      }
      expect(parts.data).toEqual(whole.data);
    });
  });

  it('differs between seeds, slices, replicas and coils, without correlation', () => {
    k.scope(() => {
      const streams = [
        [key, 0],
        [key, 1],
        [{ ...key, seed: 1 }, 0],
        [{ ...key, slice: 18 }, 0],
      ] as const;
      const pixels = 128 * 128;
      const arrays = streams.map(([stream, replica]) => {
        const noise = k.complex(2, 128, 128);
        k.noise(noise, stream, replica, [0, 128]);
        return noise;
      });
      const fields = arrays.flatMap((array) => [at(array, 0), at(array, 1)]);
      for (let i = 0; i < fields.length; i++) {
        for (let j = 0; j < i; j++) {
          const product = k.complex(1);
          const asCoils = (field: ComplexArray) => ({ data: field.data, shape: [pixels, 1] });
          k.inner(product, asCoils(fields[i]!), asCoils(fields[j]!));
          // Standard deviation of each part is √(pixels/2); five of them.
          expect(Math.hypot(...product.data)).toBeLessThan(5 * Math.sqrt(pixels));
        }
      }
    });
  });
});

describe('pseudo replicas in WebAssembly', () => {
  const key = { seed: 5, slice: 2 };

  it.each([
    [3, 8, 10, 8, 10],
    [4, 12, 30, 6, 10],
    [8, 9, 14, 3, 14],
    [1, 5, 61, 5, 61],
  ])('linear: %i coils, %i × %i folded onto %i × %i agrees with float64', (coils, ny, nx, my, mx) => {
    k.scope(() => {
      const unmix = randomComplex(6, coils, ny, nx);
      const sums = [k.real(ny, nx), k.real(ny, nx)] as const;
      const truth = [realZeros(ny, nx), realZeros(ny, nx)] as const;
      k.replicasLinear(...sums, k.load(unmix), [my, mx], key, [3, 20], [0, my]);
      oracle.replicasLinear(...truth, unmix, [my, mx], key, [3, 20], [0, my]);
      expect(relativeError(sums[0].data, truth[0].data)).toBeLessThan(1e-6);
      expect(relativeError(sums[1].data, truth[1].data)).toBeLessThan(1e-6);
    });
  });

  it('root-sum-of-squares agrees with float64, from no signal to SNR 10⁵', () => {
    k.scope(() => {
      const images = randomComplex(7, 4, 6, 23);
      images.data.forEach((_, i) => {
        images.data[i]! *= [0, 1, 10, 1e3, 1e5, 1][Math.floor((i % (2 * 6 * 23)) / 46)]!;
      });
      const sums = [k.real(6, 23), k.real(6, 23)] as const;
      const truth = [realZeros(6, 23), realZeros(6, 23)] as const;
      k.replicasRss(...sums, k.load(images), key, [0, 12], [0, 6]);
      oracle.replicasRss(...truth, images, key, [0, 12], [0, 6]);
      expect(relativeError(sums[0].data, truth[0].data)).toBeLessThan(1e-5);
      expect(relativeError(sums[1].data, truth[1].data)).toBeLessThan(1e-5);
    });
  });

  it('gives the same bits however rows and replicas are cut', () => {
    k.scope(() => {
      const unmix = k.load(randomComplex(6, 5, 12, 26));
      const whole = [k.real(12, 26), k.real(12, 26)] as const;
      const parts = [k.real(12, 26), k.real(12, 26)] as const;
      k.replicasLinear(...whole, unmix, [6, 13], key, [0, 30], [0, 6]);
      for (const rows of [
        [2, 6],
        [0, 1],
        [1, 2],
      ] as const) {
        k.replicasLinear(...parts, unmix, [6, 13], key, [0, 11], rows);
        k.replicasLinear(...parts, unmix, [6, 13], key, [11, 30], rows);
      }
      expect(parts[0].data).toEqual(whole[0].data);
      expect(parts[1].data).toEqual(whole[1].data);
    });
  });

  it('finds the standard deviation that unmixing predicts: ‖u‖/√2', () => {
    k.scope(() => {
      const unmix = k.load(randomComplex(8, 6, 16, 16));
      const [sum, squares, norm] = [k.real(16, 16), k.real(16, 16), k.real(16, 16)];
      const replicas = 2000;
      k.replicasLinear(sum, squares, unmix, [8, 16], key, [0, replicas], [0, 8]);
      k.rss(norm, unmix);
      let ratio = 0;
      squares.data.forEach((value, p) => {
        ratio += (value - sum.data[p]! ** 2 / replicas) / (replicas - 1) / (norm.data[p]! ** 2 / 2) / 256;
      });
      expect(Math.abs(ratio - 1)).toBeLessThan(5 * Math.sqrt(2 / replicas / 128));
    });
  });
});

describe('kernel memory', () => {
  const failure = (body: () => unknown): SnrError => {
    try {
      body();
    } catch (error) {
      return error as SnrError;
    }
    throw new Error('nothing was thrown');
  };

  it('is released by scopes and says so when it is full', () => {
    const small = wasmKernels({ base: 1 << 20, bytes: 1 << 20 });
    for (let i = 0; i < 100; i++) small.scope(() => small.complex(64, 1024));
    const error = failure(() => small.complex(128, 1024));
    expect(error.code).toBe('MRO_SNR_MEMORY');
    expect(error.message).toMatch(/memory/);
    expect(
      failure(() => small.scope(() => small.fft2(small.complex(4, 4099), small.complex(4, 4099), 'image')))
        .code,
    ).toBe('MRO_SNR_MEMORY');
  });

  it('forgets the tables of old transforms when new ones need their place', () => {
    const small = wasmKernels({ bytes: 1 << 20 });
    for (let size = 60; size < 400; size += 3) {
      small.scope(() => {
        const array = small.load(randomComplex(size, 2, size));
        const truth = complexZeros(2, size);
        oracle.fftReadout(truth, array, 'image');
        small.fftReadout(array, array, 'image');
        expect(relativeError(array.data, truth.data)).toBeLessThan(2e-6);
      });
    }
  });

  it('refuses arrays from elsewhere and shapes that do not fit', () => {
    k.scope(() => {
      expect(failure(() => k.fft2(k.complex(4, 4), complexZeros(4, 4), 'image')).code).toBe('MRO_SNR_SHAPE');
      expect(failure(() => k.fft2(k.complex(4, 4), k.complex(4, 5), 'image')).code).toBe('MRO_SNR_SHAPE');
      expect(
        failure(() => k.senseUnmix(k.complex(2, 4, 5), undefined, k.complex(2, 4, 5), [1, 3])).code,
      ).toBe('MRO_SNR_SHAPE');
      expect(failure(() => k.noise(k.complex(2, 4, 5), { seed: -1, slice: 0 }, 0, [0, 4])).code).toBe(
        'MRO_SNR_OPTION',
      );
      expect(failure(() => k.noise(k.complex(2, 4, 5), { seed: 1, slice: 0 }, 0, [0, 5])).code).toBe(
        'MRO_SNR_SHAPE',
      );
    });
  });
});
