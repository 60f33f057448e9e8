import type { AcquisitionHeader, KSpaceSlice, NoiseSamples, RawData } from '@mroptimum/rawdata';
import type { Simulation } from '@mroptimum/snr/simulate';

/** Seconds per oversampled sample, of image and noise alike, so that the noise scan has the image's variance. */
export const simulatedDwellTime = 10e-6;
/** Field of view in the plane, and distance of slices, mm. */
export const simulatedExtent = { fieldOfView: 240, sliceDistance: 5 } as const;

/** A simulated acquisition as the writers of raw files take it. */
interface SimulatedRaw extends Pick<RawData, 'header' | 'readSlice'> {
  readonly noise: NoiseSamples;
}

/** @param made slices are computed when they are read */
export function simulatedRaw(made: Simulation): SimulatedRaw {
  const { settings } = made;
  const [nx, ny] = settings.matrix;
  const { fieldOfView, sliceDistance } = simulatedExtent;
  const spacing = [fieldOfView / nx, fieldOfView / ny, sliceDistance] as const;
  const header: AcquisitionHeader = {
    format: 'ismrmrd',
    variant: 'simulated',
    coils: settings.coils,
    readout: nx * settings.readoutOversampling,
    phase: ny,
    partitions: 1,
    slices: settings.slices,
    repetitions: settings.repetitions,
    averages: settings.averages,
    readoutOversampling: settings.readoutOversampling,
    acceleration: [1, settings.acceleration],
    accelerationPartition: 1,
    referenceLines: settings.acceleration > 1 ? settings.acsLines : 0,
    dwellTime: simulatedDwellTime,
    geometry: {
      origin: [
        -Math.floor(nx / 2) * spacing[0],
        -Math.floor(ny / 2) * spacing[1],
        (-(settings.slices - 1) / 2) * spacing[2],
      ],
      spacing,
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    },
    protocol: 'simulated',
  };
  return {
    header,
    readSlice: async (slice) => made.slice(slice),
    noise: { samples: made.noise(), dwellTime: simulatedDwellTime, source: 'simulated noise scan' },
  };
}

/**
 * The same with calibration lines filled into the image where it has none: arrays have no place beside it.
 */
export function withCalibrationInside(raw: SimulatedRaw): SimulatedRaw {
  return {
    ...raw,
    readSlice: async (slice, options) => filled(await raw.readSlice(slice, options)),
  };
}

function filled(read: KSpaceSlice): KSpaceSlice {
  const { kspace, acquired, reference } = read;
  if (!reference) return read;
  const [repetitions, coils, ny, wide] = kspace.shape as [number, number, number, number];
  const data = kspace.data.slice();
  for (let r = 0; r < repetitions; r++) {
    for (let c = 0; c < coils; c++) {
      for (let y = 0; y < ny; y++) {
        if (acquired[r * ny + y] || !reference.acquired[y]) continue;
        const from = 2 * (c * ny + y) * wide;
        data.set(
          reference.kspace.data.subarray(from, from + 2 * wide),
          2 * ((r * coils + c) * ny + y) * wide,
        );
      }
    }
  }
  return { ...read, kspace: { data, shape: kspace.shape } };
}
