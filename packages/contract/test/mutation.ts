/** Small repeatable random integers (xorshift32). */
export function randomIntegers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A copy with some bytes changed, moved or cut off. */
export function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  const copy = original.slice();
  const changes = 1 + random(4);
  for (let i = 0; i < changes; i++) {
    const at = random(copy.length);
    const kind = random(4);
    if (kind === 0) copy[at] = random(256);
    else if (kind === 1) copy[at]! ^= 1 << random(8);
    else if (kind === 2) copy[at] = [0, 1, 0x7f, 0x80, 0xff, 0x2d, 0x39][random(7)]!;
    else {
      const from = random(copy.length);
      copy.copyWithin(at, from, Math.min(copy.length, from + random(64)));
    }
  }
  return random(8) === 0 ? copy.subarray(0, random(copy.length)) : copy;
}
