/** First and last byte asked for, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A Range header (RFC 9110 §14): one range of bytes. Undefined where it is to be ignored: another unit, several
 * ranges, nonsense. 'unsatisfiable' where it begins behind the end.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'unsatisfiable' : { first, last };
}

/** Whether an If-Range header still names what is here: its tag, or the very second of its last change. */
export function stillTheSame(ifRange: string | undefined, etag: string, modifiedAt: Date): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === etag;
  return Math.floor(modifiedAt.getTime() / 1000) === Date.parse(ifRange) / 1000;
}

/** Whether an If-None-Match header names it: the client has it already. */
export function known(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
