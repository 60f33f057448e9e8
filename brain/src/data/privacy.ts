import { type ByteSource, MroError } from '@mroptimum/contract';
import { type PrivacyFinding, scanPrivacy } from '@mroptimum/rawdata';
import type { Settings } from '../deps.ts';
import type { DataFile } from '../entities.ts';
import type { Objects } from '../providers/objects.ts';
import { scrubObject } from './scrubObject.ts';

/** What the operator's policy made of a file. */
export interface PrivacyOutcome {
  /** The bytes of the object are others now. */
  readonly changed: boolean;
  readonly notice?: DataFile['notice'];
}

/**
 * Looks for fields that identify a patient and does what the operator wants: warn, overwrite them, or refuse.
 * @throws MRO_BRAIN_PRIVACY where they are refused; MRO_RAW_… where the file cannot be read
 */
export async function applyPrivacy(
  policy: Settings['privacy'],
  store: Objects,
  key: string,
  source: ByteSource,
): Promise<PrivacyOutcome> {
  const findings = await scanPrivacy(source);
  if (findings.length === 0) return { changed: false };
  const what = fieldsOf(findings);
  switch (policy) {
    case 'warn':
      return {
        changed: false,
        notice: {
          code: 'MRO_BRAIN_PRIVACY',
          message: `The file holds fields that can identify a patient: ${what}.`,
          hint: 'Remove them with `mroptimum privacy scrub FILE` and upload it again, unless it is a phantom.',
        },
      };
    case 'scrub':
      await scrubObject(store, key, source);
      return {
        changed: true,
        notice: {
          code: 'MRO_BRAIN_PRIVACY',
          message: `Fields that can identify a patient were overwritten: ${what}.`,
          hint: 'The stored file differs from yours in these fields alone.',
        },
      };
    case 'refuse':
      throw new MroError('MRO_BRAIN_PRIVACY', `The file holds fields that can identify a patient: ${what}.`);
  }
}

/** Names of fields, each once; never a value. */
function fieldsOf(findings: readonly PrivacyFinding[]): string {
  const names = [...new Set(findings.map(({ field }) => field.split('.').at(-1)!))];
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} others` : '');
}
