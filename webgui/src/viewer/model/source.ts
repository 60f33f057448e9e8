import { type BundleFiles, decodeVolume, type OpenBundle, openBundle } from '@mroptimum/bundle';
import { type BundleInfo, type ByteSource, MroError, type PipelineResult } from '@mroptimum/contract';
import { gunzipped } from './gunzip.ts';
import { type MapVolume, mapVolume } from './volume.ts';

/** One map that can be shown; its voxels are read when they are asked for, once. */
export interface ResultMap {
  readonly id: number;
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  /** A coil × coil matrix, which has no place in space. */
  readonly matrix: boolean;
  load(): Promise<MapVolume>;
}

/** A result that the viewer shows, wherever it comes from. */
export interface Result {
  readonly name: string;
  readonly info: BundleInfo;
  readonly maps: readonly ResultMap[];
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** Requests bytes of a link; the brain's client has one that knows its server. */
export type FetchBytes = (link: string) => Promise<Uint8Array>;

/** A finished job: info.json is here already, every map is fetched by its link when it is asked for. */
export async function resultOfJob(
  name: string,
  result: PipelineResult,
  fetchBytes: FetchBytes,
): Promise<Result> {
  const links = new Map(result.data.map((map) => [map.filename, map.link]));
  const { error, link: _, ...info } = result;
  const json = { ...info, data: info.data.map(({ link: _link, ...entry }) => entry) };
  const files: BundleFiles = {
    names: ['info.json', ...links.keys(), ...(error ? ['error.json'] : [])],
    read: async (file) => {
      if (file === 'info.json') return new TextEncoder().encode(JSON.stringify(json));
      if (file === 'error.json') return new TextEncoder().encode(JSON.stringify(error));
      return fetchBytes(links.get(file)!);
    },
  };
  return resultOf(name, await openBundle(unpacking(files)));
}

/**
 * A file from the disk of whoever drops it: a result bundle (zip), or a NIfTI or MetaImage file by itself. Nothing
 * leaves the browser.
 * @throws MRO_BUNDLE_… as the readers of bundles do
 */
export async function resultOfFile(file: File): Promise<Result> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  if (isZip) {
    const { openZip } = await import('@mroptimum/bundle');
    return resultOf(file.name, await openBundle(unpacking(await openZip(sourceOf(file)))));
  }
  const bytes = await gunzipped(new Uint8Array(await file.arrayBuffer()));
  const volume = mapVolume(decodeVolume(bytes, file.name));
  const name = file.name.replace(/\.(nii|mha)(\.gz)?$/i, '');
  return {
    name: file.name,
    info: {
      headers: { calculation_time: null, options: {}, log: [] },
      data: [],
      info: {},
      user_id: null,
    },
    maps: [
      {
        id: 0,
        name,
        filename: file.name,
        type: 'output',
        matrix: false,
        load: async () => volume,
      },
    ],
  };
}

function resultOf(name: string, bundle: OpenBundle): Result {
  return {
    name,
    info: bundle.info,
    ...(bundle.failure && { failure: bundle.failure }),
    maps: bundle.maps
      .map((map) => ({
        id: map.id,
        name: map.name,
        filename: map.filename,
        type: map.type,
        matrix: map.entry.dim === 2 && /\/?NCC?\.nii/i.test(map.filename),
        load: once(async () => mapVolume(await map.read())),
      }))
      .sort((a, b) => a.id - b.id),
  };
}

/** The same promise for everybody who asks; a failure is forgotten, so that it can be tried again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= work().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** Unpacks images by the browser's own inflater, several times faster than one in JavaScript. */
const unpacking = (files: BundleFiles): BundleFiles => ({
  names: files.names,
  read: async (name, limit) => {
    const bytes = await files.read(name, limit);
    return /\.gz$/i.test(name) ? gunzipped(bytes) : bytes;
  },
});

function sourceOf(file: File): ByteSource {
  return {
    name: file.name,
    size: file.size,
    read: async (offset, length) => {
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        throw new MroError('MRO_BUNDLE_MISSING', `${file.name} can no longer be read from the disk.`, {
          cause,
        });
      }
    },
    close: async () => {},
  };
}
