import { estimateWork, type WorkEstimate } from '@mroptimum/contract';
import type { AcquisitionHeader } from '@mroptimum/rawdata';
import type { SnrSettings } from '@mroptimum/snr';

export type JobEstimate = WorkEstimate;

/** What a job will take, from the header of its signal and its settings. */
export const estimateJob = (header: AcquisitionHeader, settings: SnrSettings, threads = 1): JobEstimate =>
  estimateWork(header, settings, threads);
