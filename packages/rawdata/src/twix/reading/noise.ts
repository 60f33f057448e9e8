import { type ByteSource, MroError } from '@mroptimum/contract';
import type { NoiseSamples } from '../../acquisition.ts';
import { corrupt } from '../errors.ts';
import { readExactly } from '../file/container.ts';
import { flag } from '../file/layout.ts';
import { readLines } from '../file/lines.ts';
import type { ScanIndex } from '../file/scans.ts';
import type { Protocol } from '../header/protocol.ts';
import { type Complex, correctionFactors } from './correction.ts';

/** Noise lines of one measurement: all of them with the same channels and samples. */
export interface NoiseScans {
  readonly index: ScanIndex;
  readonly scans: Uint32Array;
  readonly coils: number;
  readonly samples: number;
  readonly dwellTime: number | undefined;
  readonly factors: readonly Complex[] | undefined;
  /** Channel of the noise that belongs to each channel of the image. */
  readonly order: readonly number[];
  readonly source: string;
}

/** Noise covariances are known well enough long before this. */
const enoughBytes = 1 << 26;

/** Lines with the image's number of channels and one length: the length that holds the most samples. */
function alikeNoise(index: ScanIndex, scans: Uint32Array, coils: number | undefined): Uint32Array {
  const groups = new Map<number, number[]>();
  for (const scan of scans) {
    if (coils !== undefined && index.get('channels', scan) !== coils) continue;
    const key = index.get('channels', scan) * 65_536 + index.get('samples', scan);
    const group = groups.get(key);
    if (group) group.push(scan);
    else groups.set(key, [scan]);
  }
  const size = ([key, group]: [number, number[]]): number => (key % 65_536) * group.length;
  const best = [...groups].sort((a, b) => size(b) - size(a))[0];
  return Uint32Array.from(best?.[1] ?? []);
}

/** Seconds per sample of a measurement's imaging lines: sRXSPEC.alDwellTime, in nanoseconds. */
export function imageDwellTime(protocol: Protocol, echo = 0): number | undefined {
  const dwell = protocol.number(`sRXSPEC.alDwellTime[${echo}]`) ?? protocol.number('sRXSPEC.alDwellTime[0]');
  return dwell !== undefined && dwell > 0 ? dwell * 1e-9 : undefined;
}

/**
 * Seconds per sample of the noise lines of a coil-sensitivity adjustment, which does not follow its protocol's
 * dwell time (5 µs; 4 µs for the quiet one), else the protocol's.
 */
export function adjustmentDwellTime(protocol: Protocol): number | undefined {
  const name = protocol.text('tProtocolName') ?? '';
  if (name.startsWith('AdjCoilSens')) return 5e-6;
  if (name.startsWith('AdjQuietCoilSens')) return 4e-6;
  return imageDwellTime(protocol);
}

/**
 * Seconds per sample of noise lines inside an imaging measurement: the scanner acquires them with 130 Hz per
 * sample count, VD and later rounded down to 0.1 µs (as siemens_to_ismrmrd has it).
 */
export function noiseLineDwellTime(index: ScanIndex, samples: number): number {
  return index.layout.name === 'VB' ? 1 / (130 * samples) : Math.floor(76_800 / samples) * 1e-7;
}

/** Channel numbers of a scan in the order they are stored. */
export async function channelIds(source: ByteSource, index: ScanIndex, scan: number): Promise<number[]> {
  const { layout } = index;
  const bytes = await readExactly(source, index.offset[scan]!, index.bytes(scan));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const block = layout.channelHeader + 8 * index.get('samples', scan);
  return Array.from({ length: index.get('channels', scan) }, (_, channel) =>
    view.getUint16(layout.scanHeader + channel * block + layout.channelId, true),
  );
}

/** For each image channel the noise channel of the same number; the identity where the numbers do not match up. */
export function channelOrder(image: readonly number[], noise: readonly number[]): number[] {
  const order = image.map((id) => noise.indexOf(id));
  const matched =
    new Set(order).size === image.length && !order.includes(-1) && image.length === noise.length;
  return matched ? order : image.map((_, channel) => channel);
}

/**
 * Reads noise lines as (coil, line, sample), coils in the order of the image.
 *
 * @throws MroError MRO_RAW_NO_NOISE, MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT
 */
export async function readNoise(
  source: ByteSource,
  noise: NoiseScans,
  signal?: AbortSignal,
): Promise<NoiseSamples> {
  const { index, coils, samples, order, factors } = noise;
  const most = Math.max(1, Math.floor(enoughBytes / (8 * coils * samples)));
  const scans = noise.scans.slice(0, most);
  if (scans.length === 0) throw new MroError('MRO_RAW_NO_NOISE', `"${source.name}" holds no noise lines.`);
  const data = new Float32Array(2 * coils * scans.length * samples);
  const lineOf = new Map(Array.from(scans, (scan, line) => [scan, line]));
  await readLines(
    source,
    index,
    scans,
    (scan, floats, start) => {
      const flagged = (index.flags[scan]! & flag.rawDataCorrection) !== 0;
      for (let coil = 0; coil < coils; coil++) {
        const from = start(order[coil]!);
        const at = 2 * (coil * scans.length + lineOf.get(scan)!) * samples;
        const factor = (flagged && factors?.[order[coil]!]) || { re: 1, im: 0 };
        let check = 0;
        for (let k = 0; k < 2 * samples; k += 2) {
          const [re, im] = [floats[from + k]!, floats[from + k + 1]!];
          check += (re + im) * 0;
          data[at + k] = re * factor.re - im * factor.im;
          data[at + k + 1] = re * factor.im + im * factor.re;
        }
        if (check !== 0)
          throw corrupt('A noise line holds values that are not finite.', index.offset[scan]!, {
            channel: coil,
          });
      }
    },
    signal,
  );
  return {
    samples: { data, shape: [coils, scans.length, samples] },
    ...(noise.dwellTime !== undefined && { dwellTime: noise.dwellTime }),
    source:
      scans.length < noise.scans.length ? `${noise.source} (first ${scans.length} lines)` : noise.source,
  };
}

/** The noise among `candidates`, or undefined where none has the image's number of channels. */
export function noiseOf(
  index: ScanIndex,
  candidates: Uint32Array,
  protocol: Protocol,
  coils: number | undefined,
  facts: { dwellTime: (samples: number) => number | undefined; source: string },
): Omit<NoiseScans, 'order'> | undefined {
  const scans = alikeNoise(index, candidates, coils);
  if (scans.length === 0) return undefined;
  const channels = index.get('channels', scans[0]!);
  const samples = index.get('samples', scans[0]!);
  return {
    index,
    scans,
    coils: channels,
    samples,
    dwellTime: facts.dwellTime(samples),
    factors: correctionFactors(protocol, channels),
    source: facts.source,
  };
}
