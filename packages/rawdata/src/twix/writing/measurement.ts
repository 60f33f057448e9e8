import { flag, type ScanLayout, scanBytes } from '../file/layout.ts';
import { orientationOf, quaternionOf } from '../header/orientation.ts';
import { defaultGeometry, headerBuffers, type MeasurementText, sliceCentre } from './header.ts';
import { acquisitionOrder, firstLine, type PlannedScan, type TwixAcquisition } from './plan.ts';

/** Takes the file's bytes in order; they are its to keep. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

const chunkBytes = 1 << 22;
/** Identifier of the first measurement of a synthetic file. */
export const measurementId = 1;

/** Collects bytes into chunks of a few MB. */
export class ChunkedFile {
  private readonly sink: ByteSink;
  private chunk = new Uint8Array(chunkBytes);
  private used = 0;
  private written = 0;

  constructor(sink: ByteSink) {
    this.sink = sink;
  }

  get position(): number {
    return this.written + this.used;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.used + bytes.byteLength > this.chunk.byteLength) await this.flush(bytes.byteLength);
    this.chunk.set(bytes, this.used);
    this.used += bytes.byteLength;
  }

  async close(): Promise<number> {
    await this.flush(0);
    return this.written;
  }

  private async flush(next: number): Promise<void> {
    if (this.used > 0) await this.sink(this.chunk.subarray(0, this.used));
    this.written += this.used;
    this.used = 0;
    this.chunk = new Uint8Array(Math.max(chunkBytes, next));
  }
}

/** Writes one measurement: header, scans, end mark, padding to 512 bytes. */
export class MeasurementWriter {
  private readonly file: ChunkedFile;
  private readonly layout: ScanLayout;
  private readonly acquisition: TwixAcquisition;
  private readonly header: Uint8Array;
  private readonly quaternion: readonly number[];
  private readonly order: readonly number[];
  private counter = 0;

  constructor(file: ChunkedFile, layout: ScanLayout, acquisition: TwixAcquisition, text: MeasurementText) {
    this.file = file;
    this.layout = layout;
    this.acquisition = acquisition;
    this.header = encodeHeader(headerBuffers(acquisition, text));
    const { normal, inPlaneRotation } = acquisition.geometry ?? defaultGeometry;
    const orientation = orientationOf(normal, inPlaneRotation);
    this.quaternion = orientation ? quaternionOf(orientation) : [0, 0, 0, 0];
    this.order = acquisitionOrder(acquisition.slices ?? 1);
  }

  /** Bytes without padding, for scans of (samples, number). */
  size(scans: readonly (readonly [number, number])[]): number {
    const { coils, endMark = true } = this.acquisition;
    const data = scans.reduce(
      (sum, [samples, lines]) => sum + lines * scanBytes(this.layout, coils, samples),
      0,
    );
    return this.header.byteLength + data + (endMark ? endBytes(this.layout) : 0);
  }

  async begin(): Promise<void> {
    await this.file.write(this.header);
  }

  /** One scan; of `line`, the last `samples` of every coil are stored, reversed in time where asked. */
  async scan(scan: PlannedScan, line: Float32Array, samples: number): Promise<void> {
    const { layout, acquisition } = this;
    const { coils } = acquisition;
    const bytes = new Uint8Array(scanBytes(layout, coils, samples));
    const floats = new Float32Array(bytes.buffer);
    const block = layout.channelHeader + 8 * samples;
    const full = line.length / (2 * coils);
    this.counter++;
    if (layout.name === 'VD') this.fill(new DataView(bytes.buffer), 0, scan, samples, full, bytes.byteLength);
    for (let coil = 0; coil < coils; coil++) {
      const at = layout.scanHeader + coil * block;
      const view = new DataView(bytes.buffer, at);
      if (layout.name === 'VB') this.fill(view, 0, scan, samples, full, bytes.byteLength);
      else {
        view.setUint32(0, (block * 256 + 2) % 2 ** 32, true);
        view.setUint32(4, measurementId, true);
        view.setUint32(8, this.counter, true);
      }
      view.setUint16(layout.channelId, coil, true);
      const from = line.subarray(2 * (coil * full + full - samples), 2 * (coil + 1) * full);
      const to = floats.subarray(
        (at + layout.channelHeader) / 4,
        (at + layout.channelHeader) / 4 + 2 * samples,
      );
      if (scan.reversed)
        for (let k = 0; k < samples; k++) {
          to[2 * k] = from[2 * (samples - 1 - k)]!;
          to[2 * k + 1] = from[2 * (samples - 1 - k) + 1]!;
        }
      else to.set(from);
    }
    await this.file.write(bytes);
  }

  /** End mark and padding. */
  async end(): Promise<void> {
    const { layout } = this;
    if (this.acquisition.endMark ?? true) {
      const bytes = new Uint8Array(endBytes(layout));
      const view = new DataView(bytes.buffer);
      view.setUint32(0, bytes.byteLength, true);
      view.setUint32(4, measurementId, true);
      view.setUint32(layout.evalInfo, flag.acqEnd, true);
      await this.file.write(bytes);
    }
    await this.file.write(new Uint8Array((512 - (this.file.position % 512)) % 512));
  }

  private fill(
    view: DataView,
    at: number,
    scan: PlannedScan,
    samples: number,
    full: number,
    length: number,
  ): void {
    const { layout, acquisition } = this;
    const { phase, partitions = 1, coils } = acquisition;
    const first = firstLine(acquisition);
    view.setUint32(at, length % 2 ** 25, true);
    view.setUint32(at + 4, measurementId, true);
    view.setUint32(at + 8, this.counter, true);
    view.setUint32(at + layout.evalInfo, evalInfo(scan, acquisition), true);
    view.setUint16(at + layout.samples, samples, true);
    view.setUint16(at + layout.channels, coils, true);
    if (scan.kind === 'noise') return;
    const counters = [
      scan.line - first,
      scan.average,
      this.order.indexOf(scan.slice),
      scan.partition,
      0,
      0,
      scan.repetition,
    ];
    for (const [k, value] of counters.entries()) view.setUint16(at + layout.counters + 2 * k, value, true);
    view.setUint16(at + layout.counters + 16, scan.reversed ? 1 : 0, true);
    view.setUint16(at + layout.centreColumn, Math.floor(full / 2) - (full - samples), true);
    view.setUint16(at + layout.centreLine, Math.floor(phase / 2) - first, true);
    view.setUint16(at + layout.centrePartition, Math.floor(partitions / 2), true);
    const place = [...sliceCentre(acquisition, scan.slice), ...this.quaternion];
    for (const [k, value] of place.entries()) view.setFloat32(at + layout.slicePosition + 4 * k, value, true);
  }
}

const endBytes = (layout: ScanLayout): number => (layout.name === 'VB' ? 384 : 352);

function evalInfo(scan: PlannedScan, acquisition: TwixAcquisition): number {
  const kinds = {
    image: 0,
    reference: flag.patReference,
    both: flag.patReferenceAndImage,
    navigator: flag.phaseCorrection | flag.rtFeedback,
    noise: flag.noiseAdjust,
  };
  const online = 1 << 3;
  return (
    online |
    kinds[scan.kind] |
    (scan.reversed ? flag.reflect : 0) |
    (scan.last ? flag.lastScanInMeasurement : 0) |
    (acquisition.correctionFactors ? flag.rawDataCorrection : 0)
  );
}

/** Header length, number of buffers, then name, NUL, length and text of each; padded to 32 bytes. */
function encodeHeader(buffers: readonly (readonly [string, string])[]): Uint8Array {
  const body = buffers.map(
    ([name, text]) => [Buffer.from(`${name}\0`, 'latin1'), Buffer.from(text, 'latin1')] as const,
  );
  const length = 8 + body.reduce((sum, [name, text]) => sum + name.length + 4 + text.length, 0);
  const bytes = new Uint8Array(Math.ceil(length / 32) * 32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.byteLength, true);
  view.setUint32(4, buffers.length, true);
  let at = 8;
  for (const [name, text] of body) {
    bytes.set(name, at);
    view.setUint32(at + name.length, text.length, true);
    bytes.set(text, at + name.length + 4);
    at += name.length + 4 + text.length;
  }
  return bytes;
}
