import type { ByteSource, ErrorCode, ErrorDetails } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';

/** Ends reading a damaged file: what is wrong, in which file, at which byte. */
export function corrupt(source: { readonly name: string }, offset: number, what: string): never {
  throw new MroError('MRO_RAW_CORRUPT', `${source.name}: ${what} (at byte ${offset}).`, {
    details: { file: source.name, offset },
  });
}

/** Ends reading something valid that this program does not use. */
export function unsupported(source: { readonly name: string }, what: string, hint: string): never {
  throw new MroError('MRO_RAW_UNSUPPORTED', `${source.name}: ${what}.`, {
    hint,
    details: { file: source.name },
  });
}

/** A MroError about an option or a choice that does not fit the file. */
export function refuse(code: ErrorCode, message: string, hint: string, details: ErrorDetails = {}): never {
  throw new MroError(code, message, { hint, details });
}

/** Reads exactly `length` bytes or says that the file ends too early, before anything is allocated. */
export async function readExactly(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes =
    offset >= 0 && length >= 0 && offset + length <= source.size
      ? await source.read(offset, length)
      : undefined;
  if (bytes === undefined || bytes.byteLength < length) throw truncated(source, offset, length);
  return bytes;
}

/** The error of a file that ends before `length` bytes from `offset`. */
export function truncated(
  { name, size }: Pick<ByteSource, 'name' | 'size'>,
  offset: number,
  length: number,
): MroError {
  return new MroError(
    'MRO_RAW_TRUNCATED',
    `${name} ends at byte ${size}, but ${length} bytes are expected from byte ${offset}.`,
    { details: { file: name, offset, expected: length, size } },
  );
}

/** Checks an extent or product of extents read from a file. */
export function checkShape(
  source: { readonly name: string },
  offset: number,
  shape: readonly number[],
): void {
  if (shape.length > 32) corrupt(source, offset, `an array of ${shape.length} axes`);
  let elements = 1;
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0)
      corrupt(source, offset, `the extent ${extent} of an axis`);
    elements *= extent;
    if (elements > 2 ** 50) corrupt(source, offset, `the shape (${shape.join(', ')})`);
  }
}
