import { open } from 'node:fs/promises';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { detect } from './detect.ts';
import { ismrmrdPrivacyFields } from './ismrmrd/privacy.ts';
import { localFile } from './localFile.ts';
import { twixPrivacyFields } from './twix/index.ts';

/** A value that can identify a patient, where it lies and what it looks like without saying it. */
export interface PrivacyFinding {
  readonly field: string;
  readonly offset: number;
  readonly length: number;
  /** First letter and length; never the value. */
  readonly preview: string;
}

/** A value and its place, as the formats list them. `value` has one character per byte. */
export interface PrivacyField {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly value: string;
}

/**
 * What a value is overwritten with: the same length, and still of its kind, so that readers accept it. Dates
 * become 1900-01-01, times and numbers zeros, texts the letter X. It maps its own results onto themselves.
 */
export function blank(value: string): string {
  if (/^\d{4}-\d\d-\d\d/.test(value)) return `1900-01-01${value.slice(10).replace(/\d/g, '0')}`;
  if (/^[MFO]$/.test(value)) return 'O';
  if (/^[-+.:\d\sTZeE]+$/.test(value)) return value.replace(/\d/g, '0').replace(/[-+eETZ]/g, '0');
  // Words stay words: quotes and brackets of the header around them are not touched.
  return value.replace(/\S/g, 'X');
}

function masked(value: string): string {
  const letters = value.trim();
  const seen = letters.length > 2 ? letters[0] : '';
  return `${seen}${'•'.repeat(Math.min(8, Math.max(1, letters.length - 1)))} (${value.length} characters)`;
}

/** Fields of a file that still hold something. */
async function identifyingFields(source: ByteSource): Promise<PrivacyField[]> {
  const format = await detect(source);
  if (format === undefined) {
    throw new MroError(
      'MRO_RAW_UNKNOWN',
      `${source.name} is none of the raw-data formats that are understood.`,
      {
        details: { file: source.name },
      },
    );
  }
  const fields =
    format === 'twix'
      ? await twixPrivacyFields(source)
      : format === 'ismrmrd'
        ? await ismrmrdPrivacyFields(source)
        : [];
  return fields.filter(({ value }) => blank(value) !== value);
}

/**
 * Lists what in a raw file can identify a patient: names, numbers, dates, people and places of twix and
 * ISMRMRD headers. Arrays have no such fields.
 * @throws MRO_RAW_UNKNOWN and what the reader of the format throws
 */
export async function scanPrivacy(source: ByteSource): Promise<PrivacyFinding[]> {
  const fields = await identifyingFields(source);
  return fields.map(({ name, offset, length, value }) => ({
    field: name,
    offset,
    length,
    preview: masked(value),
  }));
}

const asBytes = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

/**
 * Overwrites in place, with the same length, what `scanPrivacy` lists; nothing else in the file changes.
 * Copies of a value that only show once others are gone are found by scanning again.
 * @returns what was overwritten
 * @throws MRO_RAW_READ where the file may not be written, MRO_INTERNAL where something is left
 */
export async function scrub(path: string): Promise<PrivacyFinding[]> {
  const done: PrivacyFinding[] = [];
  for (let round = 0; round < 4; round++) {
    const source = await localFile(path);
    const fields = await identifyingFields(source).finally(() => source.close());
    if (fields.length === 0) return done;
    await overwrite(path, source.name, fields);
    done.push(
      ...fields.map(({ name, offset, length, value }) => ({
        field: name,
        offset,
        length,
        preview: masked(value),
      })),
    );
  }
  throw new MroError('MRO_INTERNAL', 'Some identifying fields could not be overwritten.', {
    hint: 'Scan the file again and do not pass it on.',
  });
}

async function overwrite(path: string, name: string, fields: readonly PrivacyField[]): Promise<void> {
  try {
    const handle = await open(path, 'r+');
    try {
      for (const { offset, length, value } of fields)
        await handle.write(asBytes(blank(value)), 0, length, offset);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new MroError('MRO_RAW_READ', `${name} cannot be written.`, {
      hint: 'Check that the file is not write-protected, or scrub a copy of it.',
      details: { file: name },
      cause: error,
    });
  }
}
