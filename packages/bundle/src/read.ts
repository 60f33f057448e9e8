import type { BundleEntry, BundleFailure, BundleInfo, ByteSource } from '@mroptimum/contract';
import { bundleFailureSchema, MroError, resultMaps } from '@mroptimum/contract';
import { text } from './bytes.ts';
import { readInfo } from './infoRead.ts';
import { decodeVolume } from './readVolume.ts';
import type { Volume } from './volume.ts';
import { magnitude } from './volume.ts';
import type { ZipLimits } from './zip/zipRead.ts';
import { openZip } from './zip/zipRead.ts';

/** The files of a bundle, wherever they lie. */
export interface BundleFiles {
  readonly names: readonly string[];
  /**
   * @param limit bytes at most
   * @throws MRO_BUNDLE_MISSING, MRO_BUNDLE_TOO_LARGE
   */
  read(name: string, limit?: number): Promise<Uint8Array>;
}

/** Bytes that info.json and error.json may have: real ones have some thousand. */
const jsonLimit = 2 ** 25;

/** A map of an open bundle; its voxels are read when asked for. */
export interface OpenMap {
  readonly id: number;
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  readonly entry: BundleEntry;
  /** @throws MRO_BUNDLE_MISSING, MRO_BUNDLE_DAMAGED, … as `decodeVolume` */
  read(): Promise<Volume>;
}

export interface OpenBundle {
  readonly info: BundleInfo;
  readonly maps: readonly OpenMap[];
  /** What went wrong, where this is a failure bundle. */
  readonly failure?: BundleFailure;
  /** Every file, paths relative to info.json. */
  readonly files: BundleFiles;
}

/**
 * Opens a result or failure bundle, today's or an older one. Of a zip only its directory and info.json are
 * read; a folder around all files is allowed.
 *
 * @throws MRO_BUNDLE_FORMAT, MRO_BUNDLE_MISSING (no info.json), MRO_BUNDLE_INFO, and as `openZip`
 */
export async function openBundle(source: ByteSource | BundleFiles, limits?: ZipLimits): Promise<OpenBundle> {
  const files = withoutOuterFolder('names' in source ? source : await openZip(source, limits));
  const info = readInfo(text(await files.read('info.json', jsonLimit)));
  const maps = info.data.map((entry) => ({
    id: entry.id,
    name: entry.name,
    filename: entry.filename,
    type: entry.type,
    entry,
    read: async () => {
      const volume = decodeVolume(await files.read(entry.filename), entry.filename);
      return isReal(entry) ? realPart(volume) : volume;
    },
  }));
  return { info, maps, failure: await readFailure(files), files };
}

/** Paths relative to the folder of info.json. */
function withoutOuterFolder(files: BundleFiles): BundleFiles {
  if (files.names.includes('info.json')) return files;
  const found = files.names.filter((name) => name.endsWith('/info.json') && !name.startsWith('__MACOSX/'));
  if (found.length !== 1) {
    throw new MroError('MRO_BUNDLE_MISSING', 'There is no info.json in it, so it is no result bundle.', {
      details: { files: files.names.slice(0, 20) },
    });
  }
  const folder = found[0]!.slice(0, -'info.json'.length);
  return {
    names: files.names.filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length)),
    read: (name, limit) => files.read(folder + name, limit),
  };
}

const realMaps = Object.values(resultMaps).filter((map) => map.real);

/** Whether the map is real by definition; its file decides, because older bundles number differently. */
const isReal = (entry: BundleEntry): boolean => realMaps.some((map) => map.filename === entry.filename);

/** Older bundles store SNR as complex numbers without imaginary part. */
function realPart(volume: Volume): Volume {
  if (!volume.complex) return volume;
  const { data } = volume;
  let imaginary = false;
  for (let i = 1; i < data.length && !imaginary; i += 2) imaginary = data[i] !== 0;
  const values = imaginary ? magnitude(volume) : data.filter((_, i) => i % 2 === 0);
  return { ...volume, data: values, complex: false };
}

async function readFailure(files: BundleFiles): Promise<BundleFailure | undefined> {
  if (files.names.includes('error.json')) {
    const parsed = bundleFailureSchema.safeParse(parseJson(text(await files.read('error.json', jsonLimit))));
    if (parsed.success) return parsed.data;
  }
  // Older failure bundles hold the trace of the program alone; its last line says what happened.
  const name = files.names.find((file) => file === 'error.txt' || file === 'error.json');
  if (name === undefined) return undefined;
  const lines = text(await files.read(name))
    .trim()
    .split('\n');
  return { code: 'MRO_INTERNAL', message: lines.at(-1) ?? '', hint: `The whole message is in ${name}.` };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
