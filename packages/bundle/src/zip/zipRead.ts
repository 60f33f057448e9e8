import { contentOffset, readZipEntry, type ZipEntry } from '@mroptimum/arrays';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { tooLarge } from '../compression.ts';
import { bundleZipErrors, readDirectory } from './directory.ts';

/** Where the packed bytes of an entry lie in the archive, for whoever sends them on without holding them. */
export interface ZipRange {
  readonly method: ZipEntry['method'];
  readonly start: number;
  readonly packedSize: number;
  readonly size: number;
  /** CRC-32 of what it unpacks to. */
  readonly crc: number;
}

/** How much an archive may unpack to. */
export interface ZipLimits {
  readonly entries: number;
  /** Bytes of one entry. */
  readonly entryBytes: number;
  /** Bytes of all entries together. */
  readonly totalBytes: number;
  /** Times that an entry of more than 16 MiB may grow: real maps stay far below. */
  readonly ratio: number;
}

export const defaultZipLimits: ZipLimits = {
  entries: 10_000,
  entryBytes: 2 ** 31,
  totalBytes: 2 ** 34,
  ratio: 200,
};

const freeGrowth = 16 * 2 ** 20;

/**
 * Opens a zip archive by ranges: the directory at its end is read and checked as a whole, entries only
 * when asked for.
 *
 * @throws MRO_BUNDLE_FORMAT (no zip), MRO_BUNDLE_DAMAGED, MRO_BUNDLE_UNSAFE (names that leave the folder,
 * duplicates, overlapping entries), MRO_BUNDLE_UNSUPPORTED (encrypted, split, unknown compression),
 * MRO_BUNDLE_TOO_LARGE
 */
export async function openZip(
  source: ByteSource,
  limits: ZipLimits = defaultZipLimits,
): Promise<{
  names: readonly string[];
  read(name: string, limit?: number): Promise<Uint8Array>;
  locate(name: string): Promise<ZipRange>;
}> {
  const errors = bundleZipErrors(source, limits.entries);
  const { entries, offset } = await readDirectory(source, errors, limits.entries);
  checkLimits(source.name, entries, limits);
  checkOverlaps(source.name, entries, offset);
  const files = new Map(
    entries.filter(({ name }) => !name.endsWith('/')).map((entry) => [entry.name, entry]),
  );
  const find = (name: string): ZipEntry => {
    const entry = files.get(name);
    if (entry) return entry;
    throw new MroError('MRO_BUNDLE_MISSING', `${source.name} does not hold ${name}.`, { details: { name } });
  };
  return {
    names: [...files.keys()],
    async read(name, limit = limits.entryBytes) {
      const entry = find(name);
      if (entry.size > limit) throw tooLarge(`${name} in ${source.name}`, limit);
      return readZipEntry(source, errors, entry);
    },
    async locate(name) {
      const entry = find(name);
      const { method, packedSize, size, crc } = entry;
      return { method, start: await contentOffset(source, errors, entry), packedSize, size, crc };
    },
  };
}

function checkLimits(archive: string, entries: readonly ZipEntry[], limits: ZipLimits): void {
  let total = 0;
  for (const { name, size, packedSize } of entries) {
    total += size;
    const grows = size > freeGrowth && size > limits.ratio * packedSize;
    if (size > limits.entryBytes || total > limits.totalBytes || grows) {
      throw new MroError(
        'MRO_BUNDLE_TOO_LARGE',
        `${archive} would unpack to too much: ${name} announces ${size} bytes from ${packedSize}.`,
        { details: { name, size, packedSize } },
      );
    }
  }
}

/** Entries that share bytes are how small archives unpack to huge ones; no zip program writes them. */
function checkOverlaps(archive: string, entries: readonly ZipEntry[], directory: number): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  sorted.forEach((entry, i) => {
    const end = entry.offset + 30 + entry.packedSize;
    if (end <= (sorted[i + 1]?.offset ?? directory)) return;
    throw new MroError(
      'MRO_BUNDLE_UNSAFE',
      `Entries of ${archive} overlap: ${entry.name} reaches into the next.`,
      {
        details: { name: entry.name },
      },
    );
  });
}
