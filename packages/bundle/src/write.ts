import type { NumericArray } from '@mroptimum/arrays';
import { matVariable, writeMat } from '@mroptimum/arrays';
import type { BundleInfo, PixelFormat, ResultMap } from '@mroptimum/contract';
import { withoutSecrets } from '@mroptimum/contract';
import { utf8 } from './bytes.ts';
import { writeNifti } from './formats/niftiWrite.ts';
import type { InfoInput } from './info.ts';
import { buildInfo, bundleEntry } from './info.ts';
import type { BundleSink } from './sink.ts';
import type { StoredVolume, Volume } from './volume.ts';
import { imageSize, stored } from './volume.ts';
import { checkEntryName } from './zip/names.ts';

/** A map in memory, or one that was streamed into a NIfTI file before (`niftiWriter`). */
export type BundleMap =
  | { readonly map: ResultMap; readonly volume: Volume | StoredVolume }
  | { readonly map: ResultMap; readonly format: PixelFormat; readonly nifti: Uint8Array };

export interface BundleContent {
  readonly maps: readonly BundleMap[];
  readonly info: InfoInput;
  /** Also write matlab.mat with every map that is in memory. */
  readonly matlab?: boolean;
}

/**
 * Writes a result bundle: the maps in order of their ids, matlab.mat, and info.json last, so that a folder
 * with info.json is complete. Equal content gives equal bytes. When anything fails the sink is aborted.
 *
 * @throws MRO_BUNDLE_SHAPE, MRO_BUNDLE_WRITE, MRO_BUNDLE_TOO_LARGE
 */
export async function writeBundle<Result>(
  sink: BundleSink<Result>,
  content: BundleContent,
): Promise<{ info: BundleInfo; result: Result }> {
  const maps = [...content.maps].sort((a, b) => a.map.id - b.map.id);
  const entries = maps.map((item) =>
    bundleEntry(item.map, 'nifti' in item ? item.format : stored(item.volume).format),
  );
  const info = buildInfo(content.info, entries);
  return completing(sink, info, async () => {
    for (const item of maps) {
      checkEntryName(item.map.filename);
      await sink.file(
        item.map.filename,
        'nifti' in item ? item.nifti : writeNifti(item.volume, item.map.name),
      );
    }
    if (content.matlab) await sink.file('matlab.mat', matlabFile(maps));
  });
}

/** What is kept of a calculation that failed. */
export interface FailureContent {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
  /** The event as it arrived, and the job as it was understood; either may be missing. */
  readonly event?: unknown;
  readonly options?: unknown;
  readonly info: InfoInput;
}

/**
 * Writes a failure bundle: error.json, event.json, options.json, and info.json with the log. Secrets are left
 * out of all of them.
 * @throws MRO_BUNDLE_WRITE
 */
export async function writeFailure<Result>(
  sink: BundleSink<Result>,
  { error, event, options, info }: FailureContent,
): Promise<{ info: BundleInfo; result: Result }> {
  const { code, message, hint } = error;
  return completing(sink, buildInfo(info, []), async () => {
    await sink.file('error.json', jsonFile(withoutSecrets({ code, message, hint })));
    await sink.file('event.json', jsonFile(withoutSecrets(readable(event))));
    await sink.file('options.json', jsonFile(withoutSecrets(options ?? info.options)));
  });
}

async function completing<Result>(
  sink: BundleSink<Result>,
  info: BundleInfo,
  body: () => Promise<void>,
): Promise<{ info: BundleInfo; result: Result }> {
  try {
    await body();
    await sink.file('info.json', jsonFile(info));
    return { info, result: await sink.finish() };
  } catch (error) {
    await sink.abort().catch(() => {});
    throw error;
  }
}

/** Secrets are found by the names of fields, so of an event that is text only its JSON may be kept. */
function readable(event: unknown): unknown {
  if (typeof event !== 'string') return event ?? null;
  try {
    return JSON.parse(event);
  } catch {
    return { text: 'not JSON', letters: event.length };
  }
}

const jsonFile = (value: unknown): Uint8Array => utf8(`${JSON.stringify(value, null, 2)}\n`);

/**
 * Every map as a variable: `SNR(x, y, z)` counts voxels as the NIfTI files do, matrices are `NC(i, j)`.
 */
function matlabFile(maps: readonly BundleMap[]): Uint8Array {
  const variables = maps.flatMap((item) => {
    if ('nifti' in item) return [];
    const { shape, data, format } = stored(item.volume);
    const size = imageSize(shape);
    while (size.length > 2 && size.at(-1) === 1) size.pop();
    const array: NumericArray = { shape: size, order: 'F', dtype: format, data };
    return [[item.map.variable, matVariable(array)] as const];
  });
  return writeMat(Object.fromEntries(variables));
}
