import { copyFile } from 'node:fs/promises';
import { MroError } from '@mroptimum/contract';
import { localFile, type PrivacyFinding, scanPrivacy, scrub } from '@mroptimum/rawdata';

/** Identity fields of a file; values are never shown in full. */
export interface PrivacyReport {
  readonly file: string;
  readonly findings: readonly PrivacyFinding[];
}

/** Lists the fields of a raw file that identify the patient. @throws MroError MRO_RAW_… */
export async function scanFile(path: string): Promise<PrivacyReport> {
  const source = await localFile(path);
  try {
    return { file: path, findings: await scanPrivacy(source) };
  } finally {
    await source.close();
  }
}

/**
 * Overwrites these fields with the same length: in place, or in a copy at `out`.
 * @throws MroError MRO_RAW_…; MRO_CLI_FILE where the copy cannot be made
 */
export async function scrubFile(path: string, out?: string): Promise<PrivacyReport> {
  const file = out ?? path;
  if (out !== undefined) {
    try {
      await copyFile(path, out);
    } catch (cause) {
      throw new MroError('MRO_CLI_FILE', `${path} cannot be copied to ${out}: ${(cause as Error).message}.`, {
        cause,
      });
    }
  }
  return { file, findings: await scrub(file) };
}
