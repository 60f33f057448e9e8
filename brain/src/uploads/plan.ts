import { MroError } from '@mroptimum/contract';

const MiB = 2 ** 20;
/** What clients of earlier versions cut their files into, whatever the server says. */
const usualPart = 10 * MiB;
/** Half of what S3 takes: the list of their checksums has to fit into one request. */
const mostParts = 5_000;

/** One part of an upload: its number from 1 and its bytes. */
export interface PlannedPart {
  readonly number: number;
  readonly size: number;
}

/**
 * Size of the parts of a file: 10 MiB, more only where that would be over 5,000 parts (rounded up to whole MiB).
 * Both keep within what S3 takes: at least 5 MiB, at most 5 GiB, at most 10,000 parts.
 */
export const partSizeOf = (size: number): number =>
  Math.max(usualPart, Math.ceil(size / mostParts / MiB) * MiB);

/** All parts of a file in order; the last one holds the rest. */
export function planParts(size: number, partSize: number): PlannedPart[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
    number: index + 1,
    size: Math.min(partSize, size - index * partSize),
  }));
}

/** @throws MRO_BRAIN_TOO_LARGE where a file is beyond what the operator allows */
export function checkSize(size: number, maximum: number): void {
  if (size <= maximum) return;
  throw new MroError(
    'MRO_BRAIN_TOO_LARGE',
    `The file has ${size} bytes; this server takes files of up to ${maximum} bytes.`,
    { details: { size, maximum } },
  );
}
