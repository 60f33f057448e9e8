import { crc32, inflate as inflateArray } from '@mroptimum/arrays';
import { MroError } from '@mroptimum/contract';
import { Gunzip, Gzip } from 'fflate';
import { concat, viewOf } from './bytes.ts';
import { deflateNumbers, nativeZlib } from './native.ts';

/** Compressed bytes are handed to the inflater in pieces, so that a limit stops it before memory does. */
const pieceLength = 64 * 1024;

/** What may come out of compressed bytes, and how they are called in messages. */
interface InflateLimits {
  readonly name: string;
  /** Bytes at most. */
  readonly limit: number;
}

/** A gzip stream that is filled piece by piece. */
interface GzipWriter {
  push(bytes: Uint8Array): void;
  finish(): Uint8Array<ArrayBuffer>;
}

/**
 * Packs numbers as gzip. The time stamp is zero: the same bytes pushed in the same pieces give the same file.
 * @param zlib the platform's zlib, or null for the one in JavaScript
 */
export function gzipWriter(zlib = nativeZlib): GzipWriter {
  const parts: Uint8Array[] = [];
  if (!zlib) {
    const stream = new Gzip({ level: 6, mtime: 0 }, (part) => parts.push(part));
    return {
      push: (bytes) => stream.push(bytes, false),
      finish: () => {
        stream.push(new Uint8Array(0), true);
        return concat(parts);
      },
    };
  }
  // Method deflate, no flags, no time, made by "Unix".
  parts.push(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3));
  let crc = 0;
  let length = 0;
  return {
    push: (bytes) => {
      if (bytes.length === 0) return;
      crc = crc32(bytes, crc);
      length += bytes.length;
      parts.push(deflateNumbers(zlib, bytes, false));
    },
    finish: () => {
      // An empty last block ends the stream; then checksum and length.
      const end = new Uint8Array(10);
      const view = viewOf(end);
      end[0] = 3;
      view.setUint32(2, crc, true);
      view.setUint32(6, length % 2 ** 32, true);
      return concat([...parts, end]);
    },
  };
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;

/**
 * Unpacks gzip (RFC 1952), several members in a row too, and compares checksum and length of each.
 * @throws MRO_BUNDLE_DAMAGED, MRO_BUNDLE_TOO_LARGE
 */
export function gunzip(bytes: Uint8Array, { name, limit }: InflateLimits): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const memberEnds: number[] = [];
  const members: { crc: number; length: number }[] = [];
  let current = { crc: 0, length: 0 };
  let total = 0;
  const stream = new Gunzip((part) => {
    total += part.length;
    if (total > limit) throw tooLarge(name, limit);
    current.crc = crc32(part, current.crc);
    current.length += part.length;
    parts.push(part);
  });
  stream.onmember = (start) => {
    memberEnds.push(start);
    members.push(current);
    current = { crc: 0, length: 0 };
  };
  feed(stream, bytes, name);
  members.push(current);
  memberEnds.push(bytes.length);
  const view = viewOf(bytes);
  members.forEach((member, i) => {
    const end = memberEnds[i]!;
    if (
      end < 18 ||
      view.getUint32(end - 8, true) !== member.crc ||
      view.getUint32(end - 4, true) !== member.length % 2 ** 32
    ) {
      throw damaged(name, 'its gzip checksum does not fit its content');
    }
  });
  return concat(parts);
}

/** What comes out of the first compressed bytes of a gzip file; nothing where they are none. */
export function gunzipHead(head: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  try {
    new Gunzip((part) => parts.push(part)).push(head.subarray(0, pieceLength), false);
  } catch {
    return new Uint8Array();
  }
  return concat(parts);
}

/**
 * Unpacks a raw deflate stream of which exactly `expected` bytes must come out.
 * @throws MRO_BUNDLE_DAMAGED
 */
export function inflate(bytes: Uint8Array, name: string, expected: number): Uint8Array {
  // One byte more than expected: content that is longer is noticed, not cut.
  const content = inflateArray(bytes, expected + 1, 'raw');
  if (content === undefined) throw damaged(name, 'its compressed bytes cannot be unpacked');
  if (content.length > expected)
    throw damaged(name, `more than the ${expected} bytes it announces come out of it`);
  if (content.length < expected)
    throw damaged(name, `${content.length} bytes come out of it instead of the ${expected} it announces`);
  return content;
}

function feed(
  stream: { push(chunk: Uint8Array, final: boolean): void },
  bytes: Uint8Array,
  name: string,
): void {
  try {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      stream.push(bytes.subarray(at, at + pieceLength), at + pieceLength >= bytes.length);
    }
  } catch (cause) {
    throw cause instanceof MroError ? cause : damaged(name, 'its compressed bytes cannot be unpacked', cause);
  }
}

export const tooLarge = (name: string, limit: number): MroError =>
  new MroError('MRO_BUNDLE_TOO_LARGE', `${name} is or would unpack to more than ${limit} bytes.`, {
    details: { name, limit },
  });

export const damaged = (name: string, what: string, cause?: unknown): MroError =>
  new MroError('MRO_BUNDLE_DAMAGED', `${name} is damaged: ${what}.`, { details: { name }, cause });
