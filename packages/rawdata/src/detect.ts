import { isMat5, isNpy, isZip } from '@mroptimum/arrays';
import type { ByteSource } from '@mroptimum/contract';
import { isCflHeader } from './arrays/openArray.ts';
import { emptyFile } from './emptyFile.ts';
import { findSuperblock, Hdf5File } from './hdf5/file.ts';
import { findIsmrmrd } from './ismrmrd/container.ts';
import { isTwix } from './twix/index.ts';

/** What a file's content says it is. 'array' stands for every array format without a header of its own. */
export type DetectedFormat = 'twix' | 'ismrmrd' | 'array';

/**
 * Recognises a file by its content, never by its name.
 * @param companion the other file of a BART pair, which alone tells that headerless numbers are one
 * @returns undefined where the content is none of the formats
 * @throws MRO_RAW_TRUNCATED for a file without a single byte
 */
export async function detect(
  source: ByteSource,
  companion?: ByteSource,
): Promise<DetectedFormat | undefined> {
  if (source.size === 0) throw emptyFile(source);
  const head = await source.read(0, Math.min(4096, source.size));
  if (isNpy(head) || isZip(head) || isMat5(head) || isCflHeader(head)) return 'array';
  if (companion && isCflHeader(await companion.read(0, Math.min(64, companion.size)))) return 'array';
  if ((await findSuperblock(source)) !== undefined) {
    const file = await Hdf5File.open(source);
    return (await findIsmrmrd(file)) === undefined ? 'array' : 'ismrmrd';
  }
  return isTwix(head, source.size) ? 'twix' : undefined;
}
