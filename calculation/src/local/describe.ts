import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type AcquisitionHeader, openFile } from '@mroptimum/rawdata';
import { defaultSettings } from '@mroptimum/snr';
import { estimateJob, type JobEstimate } from '../estimate.ts';

/** What a raw file says about itself. */
export interface RawDescription {
  readonly file: string;
  readonly bytes: number;
  readonly header: AcquisitionHeader;
  readonly notes: readonly string[];
  /** Of an analytic root-sum-of-squares SNR map. */
  readonly estimate: JobEstimate;
}

/** Reads the header of a raw file. Never holds patient identity. @throws MroError MRO_RAW_… */
export async function describeRaw(
  path: string,
  options: { readonly axes?: string; readonly variable?: string } = {},
): Promise<RawDescription> {
  const raw = await openFile(path, options);
  try {
    const { header, notes } = raw;
    const { size } = await stat(path);
    return {
      file: basename(path),
      bytes: size,
      header,
      notes,
      estimate: estimateJob(header, defaultSettings),
    };
  } finally {
    await raw.close();
  }
}
