import { type BundleMap, matrixVolume, type Volume } from '@mroptimum/bundle';
import { coilSensitivityMap, type Geometry, resultMaps } from '@mroptimum/contract';
import { noiseCoefficients, type SliceMaps, type SnrSettings } from '@mroptimum/snr';
import type { CorrectedSnr } from './flipAngle.ts';
import { onMatrix } from './geometry.ts';
import type { JobNoise } from './noise.ts';

/** Everything per slice, stacked to volumes (z, y, x). */
export interface CollectedMaps {
  readonly shape: readonly [slices: number, ny: number, nx: number];
  readonly geometry: Geometry | undefined;
  readonly snr: Volume;
  readonly reconstruction: Volume;
  readonly gFactor?: Volume;
  readonly mask?: Uint8Array;
  /** One volume per coil. */
  readonly sensitivities?: readonly Volume[];
  readonly confidence?: { readonly lower: Volume; readonly upper: Volume };
  /** Value of the difference-image method per slice. */
  readonly differenceValues: readonly number[];
}

type Stack = { readonly data: Float32Array; readonly complex: boolean };

/**
 * Collects the maps of slices as they come. The matrix may be larger than the acquired one (padding to a
 * multiple of the acceleration); the geometry follows.
 *
 * @param matrix acquired matrix [nx, ny] without readout oversampling, which `geometry` describes
 */
export function mapCollector(
  slices: number,
  geometry: Geometry | undefined,
  matrix: readonly [number, number],
) {
  const stacks = new Map<string, Stack>();
  let mask: Uint8Array | undefined;
  let shape: readonly [number, number] | undefined;
  let coils = 0;
  const differenceValues: number[] = [];

  const put = (name: string, slice: number, values: Float32Array, complex: boolean): void => {
    let stack = stacks.get(name);
    if (!stack) {
      stack = { data: new Float32Array(slices * values.length), complex };
      stacks.set(name, stack);
    }
    stack.data.set(values, slice * values.length);
  };

  return {
    add(maps: SliceMaps): void {
      shape ??= maps.shape;
      const pixels = shape[0] * shape[1];
      put('snr', maps.slice, maps.snr, false);
      put('reconstruction', maps.slice, maps.reconstruction, maps.reconstruction.length === 2 * pixels);
      if (maps.gFactor) put('gFactor', maps.slice, maps.gFactor, false);
      if (maps.confidence) {
        put('lower', maps.slice, maps.confidence.lower, false);
        put('upper', maps.slice, maps.confidence.upper, false);
      }
      if (maps.mask) {
        mask ??= new Uint8Array(slices * pixels);
        mask.set(maps.mask, maps.slice * pixels);
      }
      if (maps.sensitivities) {
        coils = maps.sensitivities.shape[0]!;
        for (let c = 0; c < coils; c++) {
          const values = maps.sensitivities.data.subarray(2 * c * pixels, 2 * (c + 1) * pixels);
          put(`sensitivity ${c}`, maps.slice, values, true);
        }
      }
      if (maps.differenceValue !== undefined) differenceValues.push(maps.differenceValue);
    },

    finish(): CollectedMaps {
      const [ny, nx] = shape!;
      const placed = geometry && onMatrix(geometry, matrix, [nx, ny]);
      const volume = (name: string): Volume => {
        const { data, complex } = stacks.get(name)!;
        return { shape: [slices, ny, nx], data, complex, ...(placed && { geometry: placed }) };
      };
      return {
        shape: [slices, ny, nx],
        geometry: placed,
        snr: volume('snr'),
        reconstruction: volume('reconstruction'),
        ...(stacks.has('gFactor') && { gFactor: volume('gFactor') }),
        ...(mask && { mask }),
        ...(coils > 0 && {
          sensitivities: Array.from({ length: coils }, (_, c) => volume(`sensitivity ${c}`)),
        }),
        ...(stacks.has('lower') && { confidence: { lower: volume('lower'), upper: volume('upper') } }),
        differenceValues,
      };
    },
  };
}

/** The maps of a result bundle, as contract.md numbers and names them. */
export function bundleMaps(
  maps: CollectedMaps,
  noise: JobNoise | undefined,
  settings: SnrSettings,
  flipAngle: CorrectedSnr | undefined,
): BundleMap[] {
  const out: BundleMap[] = [{ map: resultMaps.snr, volume: maps.snr }];
  if (noise) {
    const { covariance } = noise.model;
    out.push({ map: resultMaps.noiseCovariance, volume: matrixVolume(covariance) });
    out.push({ map: resultMaps.noiseCoefficients, volume: matrixVolume(noiseCoefficients(covariance)) });
  }
  if (maps.gFactor) {
    const grappa = settings.reconstruction === 'grappa';
    const inverse = { ...maps.gFactor, data: maps.gFactor.data.map((g) => (g > 0 ? 1 / g : 0)) };
    out.push({ map: grappa ? resultMaps.gFactorGrappa : resultMaps.gFactor, volume: maps.gFactor });
    out.push({ map: grappa ? resultMaps.inverseGFactorGrappa : resultMaps.inverseGFactor, volume: inverse });
  }
  out.push({ map: resultMaps.reconstruction, volume: maps.reconstruction });
  if (maps.confidence) {
    out.push({ map: resultMaps.snrLower, volume: maps.confidence.lower });
    out.push({ map: resultMaps.snrUpper, volume: maps.confidence.upper });
  }
  if (flipAngle) {
    out.push({ map: resultMaps.snrFlipAngleCorrected, volume: flipAngle.corrected });
    out.push({ map: resultMaps.flipAngle, volume: flipAngle.flipAngle });
  }
  if (maps.mask) {
    const { shape, geometry } = maps.snr;
    const volume = { shape, data: maps.mask, format: 'uint8' as const, ...(geometry && { geometry }) };
    out.push({ map: resultMaps.sensitivityMask, volume });
  }
  maps.sensitivities?.forEach((volume, coil) => {
    out.push({ map: coilSensitivityMap(coil), volume });
  });
  return out;
}
