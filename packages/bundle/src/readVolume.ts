import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { gunzip, gunzipHead, isGzip } from './compression.ts';
import { isMha, readMha } from './formats/mhaRead.ts';
import { isNifti, maximumImageBytes, readNifti } from './formats/niftiRead.ts';
import type { Volume } from './volume.ts';

/**
 * Reads an image by its content: NIfTI-1 or -2 or MetaImage, gzipped or not. `companion` are the voxels of a
 * .mhd header.
 *
 * @throws MRO_BUNDLE_FORMAT, MRO_BUNDLE_DAMAGED, MRO_BUNDLE_UNSUPPORTED, MRO_BUNDLE_TOO_LARGE
 */
export function decodeVolume(file: Uint8Array, name: string, companion?: Uint8Array): Volume {
  const bytes = isGzip(file) ? gunzip(file, { name, limit: maximumImageBytes }) : file;
  if (isMha(bytes)) return readMha(bytes, name, companion);
  if (isNifti(bytes)) return readNifti(bytes, name);
  throw new MroError('MRO_BUNDLE_FORMAT', `${name} is neither a NIfTI nor a MetaImage file.`, {
    hint: 'Give a mask, flip-angle or other map as .nii, .nii.gz, .mha or .mhd with its .raw.',
  });
}

/** Whether a file that begins with `head` (a few kilobytes of it) can be an image that `decodeVolume` reads. */
export function beginsAsVolume(head: Uint8Array): boolean {
  const bytes = isGzip(head) ? gunzipHead(head) : head;
  return isMha(bytes) || isNifti(bytes);
}

/** `decodeVolume` from a byte source: a flip-angle map, a mask, any map. `name` is what messages call it. */
export async function readVolume(
  source: ByteSource,
  name = source.name,
  companion?: ByteSource,
): Promise<Volume> {
  return decodeVolume(await readAll(source), name, companion && (await readAll(companion)));
}

async function readAll(source: ByteSource): Promise<Uint8Array> {
  if (source.size > maximumImageBytes) {
    throw new MroError(
      'MRO_BUNDLE_TOO_LARGE',
      `${source.name} has ${source.size} bytes, too many for a map.`,
      {
        details: { size: source.size },
      },
    );
  }
  return source.read(0, source.size);
}
