import { constants, gunzipSync } from 'node:zlib';
import type { ByteSource } from '@mroptimum/contract';
import type { Summary } from './identify.ts';

/** Enough for every header; packed it cannot grow beyond the limit. */
const headBytes = 4096;
const unpackedLimit = 8 * 2 ** 20;

/** Format and size of an image by its header, gzipped or not; undefined where it is none. */
export async function describeImage(source: ByteSource): Promise<Summary | undefined> {
  const start = await source.read(0, Math.min(headBytes, source.size));
  const head = start[0] === 0x1f && start[1] === 0x8b ? unpackedStart(start) : start;
  if (!head) return undefined;
  return describeNifti(head) ?? describeMetaImage(head);
}

/** The first bytes of what is gzipped; the rest of the file is not needed for them. */
function unpackedStart(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: unpackedLimit });
  } catch {
    return undefined;
  }
}

/** NIfTI-1 (header of 348 bytes) and NIfTI-2 (540), in one file, either byte order. */
function describeNifti(head: Uint8Array): Summary | undefined {
  if (head.length < 352) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const text = (at: number): string => new TextDecoder('latin1').decode(head.subarray(at, at + 3));
  for (const little of [true, false]) {
    const length = view.getInt32(0, little);
    if (length === 348 && text(344) === 'n+1') {
      const rank = view.getInt16(40, little);
      return imageSummary('NIfTI-1', rank, (axis) => view.getInt16(42 + 2 * axis, little));
    }
    if (length === 540 && text(4) === 'n+2') {
      const rank = Number(view.getBigInt64(16, little));
      return imageSummary('NIfTI-2', rank, (axis) => Number(view.getBigInt64(24 + 8 * axis, little)));
    }
  }
  return undefined;
}

function imageSummary(format: string, rank: number, extent: (axis: number) => number): Summary | undefined {
  if (rank < 1 || rank > 7) return undefined;
  return {
    kind: 'image',
    format,
    shape: Array.from({ length: rank }, (_, axis) => extent(axis)).join(' × '),
  };
}

function describeMetaImage(head: Uint8Array): Summary | undefined {
  const text = new TextDecoder('latin1').decode(head);
  if (!/^\s*(ObjectType|NDims|Comment|ObjectSubType)[ \t]*=/.test(text)) return undefined;
  const size = /^DimSize[ \t]*=[ \t]*([\d \t]+)$/m.exec(text)?.[1];
  if (size === undefined) return undefined;
  return { kind: 'image', format: 'MetaImage', shape: size.trim().split(/\s+/).join(' × ') };
}
