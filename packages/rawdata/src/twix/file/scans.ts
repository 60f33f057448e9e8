import { type ByteSource, MroError } from '@mroptimum/contract';
import { corrupt } from '../errors.ts';
import { type Measurement, readExactly } from './container.ts';
import { flag, type ScanLayout, scanBytes } from './layout.ts';

/** The uint16 fields that are kept of every scan; the first nine are the loop counters in their file order. */
const wordFields = [
  'line',
  'average',
  'slice',
  'partition',
  'echo',
  'phase',
  'repetition',
  'set',
  'segment',
  'samples',
  'channels',
  'cutOffPre',
  'cutOffPost',
  'centreColumn',
  'centreLine',
  'centrePartition',
] as const;
export type ScanField = (typeof wordFields)[number];

/** Every scan (one line of all channels) of a measurement: a few typed columns, about 60 bytes a scan. */
export class ScanIndex {
  readonly layout: ScanLayout;
  count = 0;
  offset = new Float64Array(0);
  flags = new Uint32Array(0);
  flagsHigh = new Uint32Array(0);
  readoutOffcentre = new Float32Array(0);
  private words = new Uint16Array(0);
  /** Position (3) and quaternion (4) of each value of the slice counter, from its first scan but noise. */
  readonly slices = new Map<number, Float32Array>();
  /** An ACQEND scan closed the measurement. */
  ended = false;
  /** Bytes between the end mark and the end of the measurement beyond the usual padding. */
  strayBytes = 0;
  /** The bytes end inside a line. */
  cut = false;
  /** The last scan carried LASTSCANINMEAS. */
  lastFlagged = false;
  /** Where indexing stopped. */
  end = 0;

  constructor(layout: ScanLayout) {
    this.layout = layout;
  }

  get(field: ScanField, scan: number): number {
    return this.words[scan * wordFields.length + wordFields.indexOf(field)]!;
  }

  /** One field of all scans as a function: cheaper in loops than `get`. */
  column(field: ScanField): (scan: number) => number {
    const at = wordFields.indexOf(field);
    const { words } = this;
    return (scan) => words[scan * wordFields.length + at]!;
  }

  bytes(scan: number): number {
    return scanBytes(this.layout, this.get('channels', scan), this.get('samples', scan));
  }

  add(view: DataView, at: number, offset: number, low: number, high: number): void {
    if (this.count === this.offset.length) this.grow();
    const { layout } = this;
    const scan = this.count++;
    this.offset[scan] = offset;
    this.flags[scan] = low;
    this.flagsHigh[scan] = high;
    this.readoutOffcentre[scan] = view.getFloat32(at + layout.readoutOffcentre, true);
    const word = scan * wordFields.length;
    for (let k = 0; k < 9; k++) this.words[word + k] = view.getUint16(at + layout.counters + 2 * k, true);
    this.words[word + 9] = view.getUint16(at + layout.samples, true);
    this.words[word + 10] = view.getUint16(at + layout.channels, true);
    this.words[word + 11] = view.getUint16(at + layout.cutOffPre, true);
    this.words[word + 12] = view.getUint16(at + layout.cutOffPost, true);
    this.words[word + 13] = view.getUint16(at + layout.centreColumn, true);
    this.words[word + 14] = view.getUint16(at + layout.centreLine, true);
    this.words[word + 15] = view.getUint16(at + layout.centrePartition, true);
    const slice = this.words[word + 2]!;
    // Noise lines may be acquired before the slice is set, with a position of zero.
    if (!(low & flag.noiseAdjust) && !this.slices.has(slice)) {
      const place = Float32Array.from({ length: 7 }, (_, k) =>
        view.getFloat32(at + layout.slicePosition + 4 * k, true),
      );
      this.slices.set(slice, place);
    }
  }

  private grow(): void {
    const room = Math.max(1024, 2 * this.offset.length);
    const enlarge = <A extends Float64Array | Float32Array | Uint32Array | Uint16Array>(
      from: A,
      to: A,
    ): A => {
      to.set(from);
      return to;
    };
    this.offset = enlarge(this.offset, new Float64Array(room));
    this.flags = enlarge(this.flags, new Uint32Array(room));
    this.flagsHigh = enlarge(this.flagsHigh, new Uint32Array(room));
    this.readoutOffcentre = enlarge(this.readoutOffcentre, new Float32Array(room));
    this.words = enlarge(this.words, new Uint16Array(room * wordFields.length));
  }
}

const blockBytes = 1 << 22;
/** On a local disk the header of a long line is read alone; elsewhere a request costs more than the line. */
const headerBlock = 1 << 10;
const longLine = 1 << 16;
const blockOf = (source: ByteSource, lineBytes: number): number =>
  source.path !== undefined && lineBytes >= longLine ? headerBlock : blockBytes;
/** Measurements are padded to 512 bytes; a little more is no sign of lost lines. */
const usualPadding = 1024;

/**
 * Walks the scan headers of a measurement once, in blocks of a few MB, up to ACQEND or the end of the bytes.
 * What lies past the announced end is only believed where it is an ACQEND or a consistent scan.
 *
 * @throws MroError MRO_RAW_CORRUPT where a scan's length contradicts its samples and channels
 */
export async function indexScans(
  source: ByteSource,
  measurement: Measurement,
  signal?: AbortSignal,
): Promise<ScanIndex> {
  const { layout, limit } = measurement;
  const index = new ScanIndex(layout);
  const needed = layout.name === 'VB' ? 128 : layout.scanHeader + layout.channelHeader;
  let block = new Uint8Array(0);
  let blockOffset = 0;
  let view = new DataView(block.buffer);
  let position = measurement.dataOffset;
  // Every line and the end mark repeat the identifier of their measurement.
  let measurementId: number | undefined;
  let lineBytes = 0;
  for (;;) {
    index.end = position;
    if (position + 128 > limit) return index;
    const available = Math.min(needed, limit - position);
    if (position < blockOffset || position + available > blockOffset + block.byteLength) {
      if (signal?.aborted) throw new MroError('MRO_RAW_ABORTED', 'Reading was cancelled.');
      block = (await readExactly(
        source,
        position,
        Math.min(blockOf(source, lineBytes), limit - position),
      )) as typeof block;
      blockOffset = position;
      view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    }
    const at = position - blockOffset;
    const low = view.getUint32(at + layout.evalInfo, true);
    const high = view.getUint32(at + layout.evalInfo + 4, true);
    const dma = view.getUint32(at, true) & 0x1ffffff;
    if (dma === 0 && isZero(block.subarray(at, at + available))) return index;
    const identifier = view.getUint32(at + 4, true);
    if (measurementId === undefined) measurementId = identifier;
    else if (identifier !== measurementId && !(identifier === 0 && low & flag.syncData)) {
      if (position >= measurement.announcedEnd) return index;
      throw corrupt(`"${source.name}": no line begins at byte ${position}, where one should.`, position);
    }
    if (low & flag.acqEnd) {
      index.ended = true;
      const beyond = Math.min(limit, measurement.announcedEnd) - (position + dma);
      index.strayBytes = beyond > usualPadding ? beyond : 0;
      return index;
    }
    const samples = view.getUint16(at + layout.samples, true);
    const channels = view.getUint16(at + layout.channels, true);
    if (low & flag.syncData || samples === 0 || channels === 0) {
      if (dma < Math.min(needed, 128)) throw inconsistent(source, position, dma, channels, samples);
      position += dma;
      continue;
    }
    const length = scanBytes(layout, channels, samples);
    if (!lengthAgrees(view, at, layout, dma, length, samples)) {
      if (position >= measurement.announcedEnd) return index;
      throw inconsistent(source, position, dma, channels, samples);
    }
    if (position + length > limit) {
      index.cut = position < measurement.announcedEnd;
      return index;
    }
    index.add(view, at, position, low, high);
    index.lastFlagged = (low & flag.lastScanInMeasurement) !== 0;
    position += length;
    lineBytes = length;
  }
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** DMA length as announced, or (packed transfers announce another one) the channel's own length. */
function lengthAgrees(
  view: DataView,
  at: number,
  layout: ScanLayout,
  dma: number,
  length: number,
  samples: number,
): boolean {
  const block = layout.channelHeader + 8 * samples;
  if (dma === length % 2 ** 25) return true;
  if (layout.name === 'VB') return dma === block;
  const first = at + layout.scanHeader;
  return first + 4 <= view.byteLength && view.getUint32(first, true) >>> 8 === block;
}

const inconsistent = (source: ByteSource, offset: number, dma: number, channels: number, samples: number) =>
  corrupt(
    `"${source.name}": the line at byte ${offset} announces ${dma} bytes, which does not fit ` +
      `${channels} channels of ${samples} samples.`,
    offset,
    { dmaLength: dma, channels, samples },
  );
