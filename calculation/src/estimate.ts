import { estimateWork, type WorkEstimate } from '@mroptimum/contract';
import type { AcquisitionHeader } from '@mroptimum/rawdata';
import type { SnrSettings } from '@mroptimum/snr';

export type JobEstimate = WorkEstimate;

/** What a job will take, from the header of its signal and its settings. */
export const estimateJob = (header: AcquisitionHeader, settings: SnrSettings, threads = 1): JobEstimate =>
  estimateWork(header, settings, threads);

/** Bytes of all maps of a job together, as they are held before they are written. */
export function estimateMapBytes(header: AcquisitionHeader, settings: SnrSettings): number {
  const { coils, phase, readout, partitions, slices } = header;
  const pixels = (readout / header.readoutOversampling) * phase * slices * partitions;
  return 4 * pixels * (5 + (settings.keepSensitivities ? 2 * coils : 0));
}
