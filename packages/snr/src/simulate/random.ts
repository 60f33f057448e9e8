/** A repeatable stream of normal deviates, independent of the kernels' noise generator. */
export interface NormalStream {
  next(): number;
}

/** Normal deviates by the polar method over xoshiro128** (Blackman & Vigna 2018), float64. */
export function normalStream(seed: number): NormalStream {
  const state = seedState(seed);
  const uniform = (): number => (nextWord(state) + 0.5) / 2 ** 32;
  let spare: number | undefined;
  return {
    next() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const a = 2 * uniform() - 1;
        const b = 2 * uniform() - 1;
        const s = a * a + b * b;
        if (s >= 1 || s === 0) continue;
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        spare = b * scale;
        return a * scale;
      }
    },
  };
}

function seedState(seed: number): Uint32Array {
  let x = seed >>> 0;
  // splitmix32 spreads small seeds over the whole state.
  return Uint32Array.from({ length: 4 }, () => {
    x = (x + 0x9e3779b9) >>> 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  });
}

function nextWord(s: Uint32Array): number {
  const rotate = (v: number, by: number): number => ((v << by) | (v >>> (32 - by))) >>> 0;
  const result = Math.imul(rotate(Math.imul(s[1]!, 5) >>> 0, 7), 9) >>> 0;
  const t = s[1]! << 9;
  s[2]! ^= s[0]!;
  s[3]! ^= s[1]!;
  s[1]! ^= s[2]!;
  s[0]! ^= s[3]!;
  s[2]! ^= t;
  s[3] = rotate(s[3]!, 11);
  return result;
}
