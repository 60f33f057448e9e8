import { type ByteSource, MroError } from '@mroptimum/contract';
import { corrupt } from '../errors.ts';
import { readExactly } from './container.ts';
import { channelOffset } from './layout.ts';
import type { ScanIndex } from './scans.ts';

/** Gives the samples of all channels of one scan: `floats[start(channel)]` is the first real part of a channel. */
type LineVisitor = (scan: number, floats: Float32Array, start: (channel: number) => number) => void;

/** Small enough to stay in the processor's cache until its samples are placed. */
const runBytes = 1 << 20;
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
  // Two buffers in turn: one is filled while the samples of the other find their place.
  const buffers: Uint8Array[] = [];
  const fetch = (run: Run | undefined, turn: number): Promise<Uint8Array> | undefined => {
    if (!run) return undefined;
    const length = run.end - run.start;
    if ((buffers[turn]?.length ?? 0) < length) buffers[turn] = new Uint8Array(Math.max(length, runBytes));
    const pending = readExactly(source, run.start, length, buffers[turn]);
    // Its failure is seen when its turn comes.
    pending.catch(() => {});
    return pending;
  };
  let run = nextRun(index, ordered, 0);
  let pending = fetch(run, 0);
  for (let turn = 0; run && pending; turn ^= 1) {
    if (signal?.aborted) throw new MroError('MRO_RAW_ABORTED', 'Reading was cancelled.');
    const floats = toFloats(await pending);
    const following = nextRun(index, ordered, run.to);
    pending = fetch(following, turn ^ 1);
    const words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let k = run.from; k < run.to; k++) {
      const scan = ordered[k]!;
      const at = (offset[scan]! - run.start) / 4;
      const samples = index.get('samples', scan);
      checkChannels(source, index, scan, words, at);
      visit(scan, floats, (channel) => at + channelOffset(layout, channel, samples) / 4);
    }
    run = following;
  }
}

/** Neighbouring scans ordered[from … to) that are read at once. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

function nextRun(index: ScanIndex, ordered: Uint32Array, from: number): Run | undefined {
  if (from >= ordered.length) return undefined;
  const { offset } = index;
  const start = offset[ordered[from]!]!;
  let end = start + index.bytes(ordered[from]!);
  let to = from + 1;
  for (; to < ordered.length; to++) {
    const next = offset[ordered[to]!]!;
    const nextEnd = next + index.bytes(ordered[to]!);
    if (next - end > gapBytes || nextEnd - start > runBytes || (next - start) % 4 !== 0) break;
    end = nextEnd;
  }
  return { from, to, start, end };
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
