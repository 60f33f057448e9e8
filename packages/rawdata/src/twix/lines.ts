import { type ByteSource, MroError } from '@mroptimum/contract';
import { readExactly } from './container.ts';
import { corrupt } from './errors.ts';
import { channelOffset } from './layout.ts';
import type { ScanIndex } from './scans.ts';

/** Gives the samples of all channels of one scan: `floats[start(channel)]` is the first real part of a channel. */
export type LineVisitor = (scan: number, floats: Float32Array, start: (channel: number) => number) => void;

const runBytes = 1 << 22;
/** Reading over a gap is cheaper than another request. */
const gapBytes = 1 << 15;

/**
 * Reads scans by ranges, neighbours joined into runs of at most a few MB, and hands each one's samples on.
 *
 * @param scans in any order; visited in file order
 */
export async function readLines(
  source: ByteSource,
  index: ScanIndex,
  scans: Uint32Array,
  visit: LineVisitor,
  signal?: AbortSignal,
): Promise<void> {
  const { layout, offset } = index;
  const ordered = scans.slice().sort();
  for (let from = 0; from < ordered.length; ) {
    if (signal?.aborted) throw new MroError('MRO_RAW_ABORTED', 'Reading was cancelled.');
    const start = offset[ordered[from]!]!;
    let end = start + index.bytes(ordered[from]!);
    let to = from + 1;
    for (; to < ordered.length; to++) {
      const next = offset[ordered[to]!]!;
      const nextEnd = next + index.bytes(ordered[to]!);
      if (next - end > gapBytes || nextEnd - start > runBytes || (next - start) % 4 !== 0) break;
      end = nextEnd;
    }
    const floats = toFloats(await readExactly(source, start, end - start));
    const words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let k = from; k < to; k++) {
      const scan = ordered[k]!;
      const at = (offset[scan]! - start) / 4;
      const samples = index.get('samples', scan);
      checkChannels(source, index, scan, words, at);
      visit(scan, floats, (channel) => at + channelOffset(layout, channel, samples) / 4);
    }
    from = to;
  }
}

/** The bytes as float32; copied only where they are not aligned. */
function toFloats(bytes: Uint8Array): Float32Array {
  const whole = bytes.byteLength & ~3;
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, whole / 4);
  return new Float32Array(bytes.slice(0, whole).buffer);
}

/** Every channel's header repeats the measurement identifier of the scan (or holds 0): samples did not slip. */
function checkChannels(
  source: ByteSource,
  index: ScanIndex,
  scan: number,
  words: Uint32Array,
  at: number,
): void {
  const { layout } = index;
  const samples = index.get('samples', scan);
  const channels = index.get('channels', scan);
  for (let channel = 0; channel < channels; channel++) {
    const header = at + (channelOffset(layout, channel, samples) - layout.channelHeader) / 4;
    const identifier = words[header + 1]!;
    if (identifier !== 0 && identifier !== words[at + 1])
      throw corrupt(
        `"${source.name}": channel ${channel + 1} of the line at byte ${index.offset[scan]} is damaged.`,
        index.offset[scan]!,
        { channel },
      );
  }
}
