import { type ByteSource, bytesInMemory } from '@mroptimum/contract';
import { type LineRequest, type TwixAcquisition, writeTwix } from '../writing/write.ts';

/** Reproducible numbers in −1 … 1 that depend on their indices alone. */
export function sample(...indices: number[]): number {
  let hash = 0x9e3779b9;
  for (const index of indices) {
    hash = Math.imul(hash ^ (index + 0x7f4a7c15), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return (Math.imul(hash, 0xc2b2ae35) >>> 0) / 2 ** 31 - 1;
}

/** The line that the tests write and expect back: every sample is different, averages too. */
export function testLine(coils: number, samples: number, request: LineRequest): Float32Array {
  const { slice, partition, repetition, line, average, reference } = request;
  const values = new Float32Array(2 * coils * samples);
  for (let coil = 0; coil < coils; coil++)
    for (let k = 0; k < 2 * samples; k++)
      values[2 * coil * samples + k] = sample(
        slice,
        partition,
        repetition,
        line,
        coil,
        k,
        average,
        reference ? 1 : 0,
      );
  return values;
}

export const testNoise = (coils: number, samples: number, index: number): Float32Array =>
  Float32Array.from({ length: 2 * coils * samples }, (_, k) => sample(-1, index, k));

/** Writes a synthetic file into memory. */
export async function writeToMemory(acquisition: TwixAcquisition): Promise<Uint8Array> {
  const { coils, readout, readoutOversampling = 2 } = acquisition;
  const chunks: Uint8Array[] = [];
  await writeTwix(async (bytes) => void chunks.push(bytes), acquisition, {
    line: (request) => testLine(coils, readout * readoutOversampling, request),
    noiseLine: (index) => testNoise(coils, acquisition.noise?.samples ?? 256, index),
  });
  return new Uint8Array(Buffer.concat(chunks));
}

export const sourceOf = (bytes: Uint8Array): ByteSource => bytesInMemory('test.dat', bytes);
