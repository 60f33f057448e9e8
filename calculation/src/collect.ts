import { type BundleMap, matrixVolume, niftiWriter, type Volume } from '@mroptimum/bundle';
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
  /** Per coil a volume, or a compressed NIfTI file that was filled slice by slice. */
  readonly sensitivities?: readonly (Volume | Uint8Array)[];
  readonly confidence?: { readonly lower: Volume; readonly upper: Volume };
  /** Value of the difference-image method per slice. */
  readonly differenceValues: readonly number[];
}

type Stack = { readonly data: Float32Array; readonly complex: boolean };

/**
 * Collects the maps of slices as they come. The matrix may be larger than the acquired one (padding to a
 * multiple of the acceleration); the geometry follows.
 *
 * Sensitivities, a volume per coil, are compressed as they come unless they are wanted as numbers again.
 *
 * @param matrix acquired matrix [nx, ny] without readout oversampling, which `geometry` describes
 * @param sensitivityVolumes keep sensitivities as volumes (for matlab.mat)
 */
export function mapCollector(
  slices: number,
  geometry: Geometry | undefined,
  matrix: readonly [number, number],
  sensitivityVolumes: boolean,
) {
  const stacks = new Map<string, Stack>();
  const coilFiles: ReturnType<typeof niftiWriter>[] = [];
  let mask: Uint8Array | undefined;
  let shape: readonly [number, number] | undefined;
  let coils = 0;
  const placed = (): Geometry | undefined => geometry && onMatrix(geometry, matrix, [shape![1], shape![0]]);
  const differenceValues: number[] = [];

  const put = (name: string, slice: number, values: Float32Array, complex: boolean): void => {
    let stack = stacks.get(name);
    if (!stack) {
      stack = { data: new Float32Array(slices * values.length), complex };
      stacks.set(name, stack);
    }
    stack.data.set(values, slice * values.length);
  };

  const coilFile = (coil: number) => {
    const place = placed();
    coilFiles[coil] ??= niftiWriter({
      shape: [slices, ...shape!],
      format: 'complex64',
      description: coilSensitivityMap(coil).name,
      ...(place && { geometry: place }),
    });
    return coilFiles[coil];
  };

  return {
    /** Slices in order. */
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
          if (sensitivityVolumes) put(`sensitivity ${c}`, maps.slice, values, true);
          else coilFile(c).push(values);
        }
      }
      if (maps.differenceValue !== undefined) differenceValues.push(maps.differenceValue);
    },

    finish(): CollectedMaps {
      const [ny, nx] = shape!;
      const place = placed();
      const volume = (name: string): Volume => {
        const { data, complex } = stacks.get(name)!;
        return { shape: [slices, ny, nx], data, complex, ...(place && { geometry: place }) };
      };
      return {
        shape: [slices, ny, nx],
        geometry: place,
        snr: volume('snr'),
        reconstruction: volume('reconstruction'),
        ...(stacks.has('gFactor') && { gFactor: volume('gFactor') }),
        ...(mask && { mask }),
        ...(coils > 0 && {
          sensitivities: Array.from(
            { length: coils },
            (_, c) => coilFiles[c]?.finish() ?? volume(`sensitivity ${c}`),
          ),
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
  maps.sensitivities?.forEach((content, coil) => {
    const map = coilSensitivityMap(coil);
    out.push(
      content instanceof Uint8Array ? { map, format: 'complex64', nifti: content } : { map, volume: content },
    );
  });
  return out;
}
