import { memoryZipSink, writeBundle } from '@mroptimum/bundle';
import { resultMaps } from '@mroptimum/contract';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import * as nifti from 'nifti-reader-js';
import { describe, expect, it } from 'vitest';
import { planeOf, planeSize } from '../../viewer/model/plane.ts';
import { resultOfFile } from '../../viewer/model/source.ts';
import { turned } from '../../viewer/model/testing.ts';
import { componentValues } from '../../viewer/model/volume.ts';
import { onSlice } from './regions.ts';
import { rectangle } from './shapes.ts';
import { differenceSnr, statistics } from './statistics.ts';

/** Voxels of a NIfTI file of a bundle, by a reader of others, as plain numbers. */
function independent(bundle: Uint8Array, name: string) {
  const bytes = nifti.decompress(Uint8Array.from(unzipSync(bundle)[name]!).buffer) as ArrayBuffer;
  const header = nifti.readHeader(bytes)!;
  const values = [...new Float32Array(nifti.readImage(header, bytes))];
  return { values, dims: header.dims, pixel: header.pixDims };
}

const scenes = fc.record({
  slices: fc.constantFrom(1, 40),
  width: fc.integer({ min: 4, max: 24 }),
  height: fc.integer({ min: 4, max: 24 }),
  exponent: fc.integer({ min: -6, max: 6 }),
  angle: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  tilt: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
  spacing: fc.constantFrom([1, 1, 1], [0.5, 2, 5], [3.1, 0.7, 8]),
  located: fc.boolean(),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  corners: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
});

describe('statistics of a drawn rectangle', () => {
  it('are those of the bytes of the bundle, whatever range, voxel size, angle and slices', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async ({ slices, width, height, exponent, seed, corners, ...scene }) => {
        const count = slices * width * height;
        // Numbers between −10ⁿ and 10ⁿ by a linear congruential generator, a few that are none.
        let state = seed;
        const data = Float32Array.from({ length: count }, (_, i) => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return i % 97 === 13 ? Number.NaN : (2 * (state / 2 ** 32) - 1) * 10 ** exponent;
        });
        const [a, b, c, d, s] = corners as [number, number, number, number, number];
        const spacing = scene.spacing as unknown as [number, number, number];
        const { result } = await writeBundle(memoryZipSink(), {
          maps: [
            {
              map: resultMaps.snr,
              volume: {
                shape: [slices, height, width],
                data,
                complex: false,
                ...(scene.located && { geometry: turned(scene.angle, scene.tilt, spacing) }),
              },
            },
          ],
          info: { options: {}, log: [], calculationTime: 1, summary: {} },
        });

        const opened = await resultOfFile(new File([result as Uint8Array<ArrayBuffer>], 'result.zip'));
        const map = await opened.maps[0]!.load();
        const plane = planeOf(map, 'axial');
        const { width: across, height: down, slices: through } = planeSize(map, plane);
        const slice = Math.floor(s * (through - 1));
        const corner1 = [Math.floor(a * (across - 1)), Math.floor(b * (down - 1))] as const;
        const corner2 = [Math.floor(c * (across - 1)), Math.floor(d * (down - 1))] as const;
        const voxels = onSlice(
          map,
          plane,
          slice,
          rectangle({ width: across, height: down }, corner1, corner2),
        );
        const measured = statistics(map, componentValues(map, 'magnitude'), voxels);

        // The same by hand: loops over the array of another reader.
        const { values, dims, pixel } = independent(result, 'data/SNR.nii.gz');
        expect([dims[1], dims[2], dims[3]]).toEqual([width, height, slices]);
        const inside: number[] = [];
        const sizes = [width, height, slices];
        const limits = (axis: number, from: number, to: number, flip: boolean): [number, number] => {
          const [low, high] = [Math.min(from, to), Math.max(from, to)];
          return flip ? [sizes[axis]! - 1 - high, sizes[axis]! - 1 - low] : [low, high];
        };
        const box: [number, number][] = [];
        box[plane.across] = limits(plane.across, corner1[0], corner2[0], plane.flipAcross);
        box[plane.down] = limits(plane.down, corner1[1], corner2[1], plane.flipDown);
        box[plane.through] = [slice, slice];
        let total = 0;
        for (let z = box[2]![0]; z <= box[2]![1]; z++) {
          for (let y = box[1]![0]; y <= box[1]![1]; y++) {
            for (let x = box[0]![0]; x <= box[0]![1]; x++) {
              total++;
              const value = values[(z * height + y) * width + x]!;
              if (!Number.isNaN(value)) inside.push(value);
            }
          }
        }
        const n = inside.length;
        const mean = inside.reduce((sum, value) => sum + value, 0) / n;
        const sd = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
        const sorted = inside.toSorted((p, q) => p - q);
        const at = (rank: number): number => {
          const place = ((n - 1) * rank) / 100;
          const rest = place % 1;
          return sorted[Math.floor(place)]! * (1 - rest) + sorted[Math.ceil(place)]! * rest;
        };
        const tolerance = 1e-9 * 10 ** exponent;
        const near = (value: number, truth: number): void => {
          if (Number.isNaN(truth) || truth === undefined) expect(value).toBeNaN();
          else expect(Math.abs(value - truth)).toBeLessThanOrEqual(tolerance);
        };
        expect(measured.count).toBe(n);
        expect(measured.notFinite).toBe(total - n);
        if (scene.located) {
          expect(measured.volume / (total * pixel[1]! * pixel[2]! * pixel[3]!)).toBeCloseTo(1, 5);
        } else expect(measured.volume).toBeNaN();
        near(measured.mean, mean);
        near(measured.sd, n > 1 ? sd : Number.NaN);
        near(measured.median, at(50));
        [5, 25, 75, 95].forEach((rank, i) => {
          near(measured.percentiles[i]!, at(rank));
        });
        near(measured.min, sorted[0] ?? Number.NaN);
        near(measured.max, sorted.at(-1) ?? Number.NaN);
      }),
      { numRuns: 60 },
    );
  });

  it('keep small differences of large numbers', () => {
    const grid = { size: [4, 1, 1], spacing: [1, 1, 1] } as const;
    const values = Float32Array.from([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]);
    const { mean, sd } = statistics(grid, values, Uint32Array.from([0, 1, 2, 3]));
    expect(mean).toBe(1e6 + 1.5);
    expect(sd).toBeCloseTo(Math.sqrt(5 / 3), 12);
  });
});

describe('SNR of two repetitions by their difference', () => {
  it('is that of simulated noise', () => {
    // Signal 50, noise of standard deviation 2 per image: SNR of one image 25, of the mean of both 25·√2.
    let state = 7;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 1) / (2 ** 32 + 1);
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const make = (): Float32Array => Float32Array.from({ length: 40_000 }, () => 50 + 2 * normal());
    const voxels = Uint32Array.from({ length: 40_000 }, (_, i) => i);
    const snr = differenceSnr(make(), make(), voxels);
    // (S₁ + S₂)/√2 over √2·σ is the SNR of one image; the relative error of an SD over n samples is 1/√(2n).
    expect(snr / 25).toBeGreaterThan(0.985);
    expect(snr / 25).toBeLessThan(1.015);
    expect(differenceSnr(make(), make(), Uint32Array.of(3))).toBeNaN();
  });
});
