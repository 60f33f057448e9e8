import { planFft, primeFactors } from '../oracle/fft.ts';
import { type Arena, outOfMemory } from './arena.ts';

/** A transform's tables in kernel memory; the layout is read by `assembly/transform.ts`. */
interface FftPlan {
  readonly address: number;
  /** Planar samples (32 bytes) that the transform needs besides its data. */
  readonly work: number;
}

/** Above this prime a direct sum costs more than Bluestein's two padded transforms. */
const largestDirectPrime = 47;
const headerBytes = 32;
const stageBytes = 16;

/** Plans of one arena, made on first use. */
export class FftPlans {
  readonly #arena: Arena;
  readonly #plans = new Map<number, FftPlan>();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** The centred transform of a length. Throws MRO_SNR_MEMORY where its tables do not fit. */
  get(length: number): FftPlan {
    const known = this.#plans.get(length);
    if (known) return known;
    let plan = writePlan(this.#arena, length, Math.floor(length / 2));
    if (!plan) {
      this.#arena.clearTables();
      this.#plans.clear();
      plan = writePlan(this.#arena, length, Math.floor(length / 2));
    }
    if (!plan) throw outOfMemory(64 * length);
    this.#plans.set(length, plan);
    return plan;
  }

  /** Plans of two lengths that are in memory together. */
  pair(first: number, second: number): readonly [FftPlan, FftPlan] {
    this.get(first);
    const plans = [this.get(second), this.get(first)] as const;
    // Each may have taken the place of the other.
    if (this.#plans.get(second) !== plans[0]) throw outOfMemory(64 * (first + second));
    return [plans[1], plans[0]];
  }
}

/** Radices of the stages, first the ones without twiddle factors. */
export function radices(length: number): number[] {
  const primes = primeFactors(length);
  const twos = primes.filter((p) => p === 2).length;
  const odd = primes.filter((p) => p !== 2).reverse();
  return [...odd, ...new Array<number>(twos % 2).fill(2), ...new Array<number>(Math.floor(twos / 2)).fill(4)];
}

/** Smallest number not below `least` whose prime factors are 2, 3 and 5. */
export function smoothLength(least: number): number {
  let best = 2 ** Math.ceil(Math.log2(least));
  for (let five = 1; five < best; five *= 5) {
    for (let three = five; three < best; three *= 3) {
      best = Math.min(best, three * 2 ** Math.max(0, Math.ceil(Math.log2(least / three))));
    }
  }
  return best;
}

function writePlan(arena: Arena, length: number, half: number): FftPlan | undefined {
  const direct = Math.max(1, ...primeFactors(length)) <= largestDirectPrime;
  return direct ? writeStages(arena, length, half) : writeChirp(arena, length, half);
}

/**
 * Input order of a decimation in time: the last stage joins parts x[j::r], each of them ordered the same
 * way. `half` centres: the sample n of the transform is sample (n + half) mod N of the line.
 */
function inputOrder(length: number, stages: readonly number[], half: number): number[] {
  let order = [0];
  for (const radix of stages) {
    const parts = order;
    order = Array.from({ length: radix }, (_, j) => parts.map((n) => j + radix * n)).flat();
  }
  return order.map((n) => (n + half) % length);
}

/** (cos, sin) pairs of `turns` of the circle. */
const circle = (turns: readonly number[]): number[] =>
  turns.flatMap((turn) => [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)]);

function writeStages(arena: Arena, length: number, half: number): FftPlan | undefined {
  const stages = radices(length);
  const order = writeWords(arena, inputOrder(length, stages, half));
  const header = [length, stages.length, order ?? 0, half, 0, 0, 0, 0];
  let span = 1;
  let work = 0;
  for (const radix of stages) {
    const turns: number[] = [];
    for (let k = 0; k < span; k++) for (let j = 1; j < radix; j++) turns.push(-(j * k) / (radix * span));
    const twiddles = span > 1 ? writeFloats(arena, circle(turns)) : 0;
    const roots =
      radix > 5 ? writeFloats(arena, circle(Array.from({ length: radix }, (_, j) => j / radix))) : 0;
    if (twiddles === undefined || roots === undefined) return undefined;
    header.push(radix, twiddles, roots, 0);
    if (radix > 5) work = Math.max(work, radix);
    span *= radix;
  }
  const address = writeWords(arena, header);
  return order === undefined || address === undefined ? undefined : { address, work };
}

function writeChirp(arena: Arena, length: number, half: number): FftPlan | undefined {
  const size = smoothLength(2 * length - 1);
  const padded = writeStages(arena, size, 0);
  // Squares modulo 2N, so that large n lose no digits of the angle.
  const turns = Array.from({ length }, (_, n) => -((n * n) % (2 * length)) / (2 * length));
  const chirp = writeFloats(arena, circle(turns));
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  turns.forEach((turn, n) => {
    for (const at of [n, (size - n) % size]) {
      re[at] = Math.cos(2 * Math.PI * turn) / size;
      im[at] = -Math.sin(2 * Math.PI * turn) / size;
    }
  });
  planFft(size).transform(re, im);
  const filter = writeFloats(arena, Array.from(re, (value, k) => [value, im[k]!]).flat());
  const order = writeWords(
    arena,
    Array.from({ length }, (_, n) => (n + half) % length),
  );
  if (!padded || chirp === undefined || filter === undefined || order === undefined) return undefined;
  const address = writeWords(arena, [length, 0, order, half, padded.address, chirp, filter, 0]);
  return address === undefined ? undefined : { address, work: 2 * size + padded.work };
}

function writeWords(arena: Arena, words: readonly number[]): number | undefined {
  const address = arena.allocateTable(Math.max(4 * words.length, headerBytes + stageBytes));
  if (address !== undefined) new Uint32Array(arena.memory.buffer, address, words.length).set(words);
  return address;
}

function writeFloats(arena: Arena, values: readonly number[]): number | undefined {
  const address = arena.allocateTable(4 * values.length);
  if (address !== undefined) new Float32Array(arena.memory.buffer, address, values.length).set(values);
  return address;
}
