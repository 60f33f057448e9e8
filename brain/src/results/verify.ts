import { crc32 } from 'node:zlib';
import { beginsAsVolume, openBundle, openZip, type ZipLimits, type ZipRange } from '@mroptimum/bundle';
import { type BundleFailure, type BundleInfo, type ByteSource, MroError } from '@mroptimum/contract';
import { locatedContent } from '../bytes/content.ts';
import type { Deps } from '../deps.ts';

/** What is worth keeping of a bundle in the record of its job. */
export interface BundleOverview {
  readonly maps: readonly { readonly id: number; readonly name: string; readonly filename: string }[];
  readonly method?: string;
  readonly reconstruction?: string;
  readonly snrUnits?: string;
  readonly slices?: number;
  readonly calculationSeconds?: number;
  /** Bytes of the archive. */
  readonly size: number;
}

export interface VerifiedBundle {
  readonly info: BundleInfo;
  readonly summary: BundleOverview;
  /** What went wrong, where this is the bundle of a job that failed. */
  readonly failure?: BundleFailure;
}

/** Tighter than what the reader allows anybody: a server reads for many at once. */
export const bundleLimits: ZipLimits = {
  entries: 5_000,
  entryBytes: 2 ** 30,
  totalBytes: 2 ** 34,
  ratio: 200,
};

/**
 * Opens a bundle that somebody put into the store, and reads all of it that clients will ask for: its directory
 * (names that leave the folder, duplicates, overlaps, sizes, growth), info.json, and every map that it lists, its
 * beginning and its checksum. Nothing is unpacked to disk, and only pieces of a map are in memory.
 *
 * @throws MRO_BUNDLE_… for what is missing, damaged or could do harm; MRO_BUNDLE_MISSING where nothing is there
 */
export async function verifyBundle(deps: Pick<Deps, 'objects'>, objectKey: string): Promise<VerifiedBundle> {
  const source = await openStored(deps, objectKey);
  try {
    const zip = await openZip(source, bundleLimits);
    const { info, maps, failure } = await openBundle(zip);
    if (!failure && maps.length === 0) {
      throw new MroError('MRO_BUNDLE_MISSING', 'The bundle lists no map.', {
        hint: 'A result holds at least the SNR map.',
      });
    }
    const folder = folderInside(zip.names);
    for (const filename of new Set(maps.map((map) => map.filename))) {
      await checkMap(source, await zip.locate(folder + filename), filename);
    }
    return { info, summary: overview(info, source.size), ...(failure && { failure }) };
  } finally {
    await source.close();
  }
}

/** Reads the entry of a map in pieces: it begins as an image, and its checksum fits. */
async function checkMap(source: ByteSource, place: ZipRange, name: string): Promise<void> {
  let crc = 0;
  let begins: boolean | undefined;
  for await (const chunk of locatedContent(source, place, name).bytes(0, place.size - 1)) {
    begins ??= beginsAsVolume(chunk);
    crc = crc32(chunk, crc);
  }
  if (crc !== place.crc)
    throw new MroError('MRO_BUNDLE_DAMAGED', `The checksum of ${name} does not fit its content.`);
  if (!begins)
    throw new MroError(
      'MRO_BUNDLE_FORMAT',
      `${name} is listed as a map, and is no NIfTI or MetaImage file.`,
      {
        hint: 'Upload a bundle as a calculation wrote it.',
      },
    );
}

/** A bundle in the store, called what its user can make sense of. */
export async function openStored({ objects }: Pick<Deps, 'objects'>, key: string): Promise<ByteSource> {
  const source = await objects.open(key);
  if (!source) {
    throw new MroError('MRO_BUNDLE_MISSING', 'The bundle is not in the store.', {
      hint: 'Run the job again, or upload the bundle again.',
    });
  }
  return {
    name: 'the bundle',
    size: source.size,
    read: (offset, length, into) => source.read(offset, length, into),
    close: () => source.close(),
  };
}

/** What stands before the names of a bundle's files inside its archive: nothing, or the folder around them. */
export function folderInside(names: readonly string[]): string {
  const info = names.includes('info.json')
    ? 'info.json'
    : names.find((name) => name.endsWith('/info.json') && !name.startsWith('__MACOSX/'));
  return info?.slice(0, -'info.json'.length) ?? '';
}

function overview({ data, info, headers }: BundleInfo, size: number): BundleOverview {
  const seconds = info.calculation_time ?? headers.calculation_time;
  return {
    maps: data.map(({ id, name, filename }) => ({ id, name, filename })),
    ...(info.method !== undefined && { method: info.method }),
    ...(info.reconstruction !== undefined && { reconstruction: info.reconstruction }),
    ...(info.snrUnits !== undefined && { snrUnits: info.snrUnits }),
    ...(typeof info.slices === 'number' && { slices: info.slices }),
    ...(typeof seconds === 'number' && { calculationSeconds: seconds }),
    size,
  };
}
