import { describe, expect, it } from 'vitest';
import {
  cross,
  dot,
  orientationFromQuaternion,
  orientationOf,
  quaternionOf,
  type Vector,
} from '../header/orientation.ts';
import { openTwix } from '../index.ts';
import { sourceOf, writeToMemory } from './testing.ts';

const close = (a: readonly number[], b: readonly number[], digits = 5): void => {
  expect(a).toHaveLength(b.length);
  for (const [k, value] of a.entries()) expect(value).toBeCloseTo(b[k]!, digits);
};

const oblique: Vector = [0.3, -0.4, Math.sqrt(0.75)];

describe('gradient directions', () => {
  it.each([
    // Directions of the standard planes (sag, cor, tra): phase A→P, R→L, A→P.
    ['transversal', [0, 0, 1], [0, 1, 0], [-1, 0, 0]],
    ['coronal', [0, 1, 0], [1, 0, 0], [0, 0, -1]],
    ['sagittal', [1, 0, 0], [0, 1, 0], [0, 0, 1]],
  ] as const)('of a %s slice', (_, normal, phase, readout) => {
    const found = orientationOf(normal, 0)!;
    close(found.phase, phase);
    close(found.readout, readout);
  });

  it('agree with the quaternion that a scanner wrote for a tilted slice', () => {
    // sNormal and quaternion of the same scan (VE11C, transversal > coronal 2.1°).
    const header = orientationOf([6.584963202e-9, 0.03664374101, 0.9993283926], 0)!;
    const scan = orientationFromQuaternion([0.70698804, -0.012957692, 0.012957697, 0.70698804])!;
    close(header.phase, scan.phase);
    close(header.readout, scan.readout);
    close(header.slice, scan.slice);
  });

  it.each([0, 0.7, -1.2, 2.9])(
    'are right-handed (R × P = −S) and survive the quaternion, rotation %s',
    (rotation) => {
      for (const normal of [oblique, [0, 1, 0], [1, 0, 0], [-0.6, 0.8, 0]] as const) {
        const found = orientationOf(normal, rotation)!;
        close(cross(found.phase, found.readout), found.slice);
        expect(dot(found.phase, found.slice)).toBeCloseTo(0, 9);
        const back = orientationFromQuaternion(quaternionOf(found))!;
        close(back.phase, found.phase, 6);
        close(back.readout, found.readout, 6);
        close(back.slice, found.slice, 6);
      }
    },
  );

  it('turn by the in-plane rotation from phase away from readout', () => {
    close(orientationOf([0, 0, 1], Math.PI / 6)!.phase, [0.5, Math.cos(Math.PI / 6), 0]);
  });
});

describe('geometry of a file', () => {
  it('has in-plane rotation, slice distance and the centre on pixel ⌊n/2⌋', async () => {
    const centre: Vector = [12, -20, 35];
    const geometry = {
      fieldOfView: [160, 120] as const,
      ...{ thickness: 3, sliceDistance: 4.5, centre, normal: oblique, inPlaneRotation: 0.4 },
    };
    const bytes = await writeToMemory({ coils: 1, readout: 8, phase: 5, slices: 5, geometry });
    const raw = await openTwix(sourceOf(bytes));
    const { origin, spacing, direction } = raw.header.geometry!;
    close(spacing, [20, 24, 4.5], 4);
    const { phase, readout } = orientationOf(oblique, 0.4)!;
    close(
      direction.slice(0, 3),
      readout.map((v) => -v),
      5,
    );
    close(
      direction.slice(3, 6),
      phase.map((v) => -v),
      5,
    );
    close(direction.slice(6), oblique, 5);
    const at = (i: number, j: number, k: number): number[] =>
      [0, 1, 2].map(
        (a) => origin[a]! + i * 20 * direction[a]! + j * 24 * direction[3 + a]! + k * 4.5 * direction[6 + a]!,
      );
    close(at(4, 2, 2), centre, 3);
    expect(raw.notes).toEqual([]);
  });

  it('stacks the partitions of a volume around the slab centre', async () => {
    const geometry = {
      fieldOfView: [160, 160] as const,
      ...{ thickness: 32, centre: [0, 0, 10] as const, normal: [0, 0, 1] as const, inPlaneRotation: 0 },
    };
    const raw = await openTwix(
      sourceOf(await writeToMemory({ coils: 1, readout: 8, phase: 8, partitions: 8, geometry })),
    );
    const { origin, spacing, direction } = raw.header.geometry!;
    expect(spacing[2]).toBeCloseTo(4, 6);
    expect(origin[2]! + 4 * spacing[2] * direction[8]).toBeCloseTo(10, 4);
  });
});
