/** Rotations of Threefry-2x32 (Salmon et al., SC'11, table 2). */
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Skein's key-schedule parity constant for 32-bit words. */
const parity = 0x1bd11bda;

/**
 * Rounds of the generator: 13 is the smallest number with a safety margin that passes BigCrush
 * (Salmon et al. 2011, table 2).
 */
const threefryRounds = 13;

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/**
 * Threefry-2x32: two random 32-bit words from a key and a counter, without any state (Salmon, Moraes,
 * Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC'11).
 */
export function threefry2x32(
  key: readonly [number, number],
  counter: readonly [number, number],
  rounds: number = threefryRounds,
): [number, number] {
  const schedule = [key[0], key[1], parity ^ key[0] ^ key[1]];
  let x = (counter[0] + key[0]) | 0;
  let y = (counter[1] + key[1]) | 0;
  for (let round = 0; round < rounds; round++) {
    x = (x + y) | 0;
    y = rotateLeft(y, rotations[round % 8]!) ^ x;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = (x + schedule[injection % 3]!) | 0;
      y = (y + schedule[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [x >>> 0, y >>> 0];
}

/**
 * One sample of CN(0, 1) from two random words (Box & Muller 1958): n = √(−ln u) e^{iθ}, so that |n|² is
 * exponential with mean 1 and each part has variance ½.
 *
 * u = (⌊w₀/2⌋ + ½)/2³¹ in float32 arithmetic, in (0, 1]: the tail reaches 6.6 standard deviations.
 * θ: the lower 30 bits of w₁ are an angle in [−π/4, π/4], bit 30 exchanges real and imaginary part,
 * bit 31 changes both signs; together they cover the circle evenly.
 */
export function complexNormal(word0: number, word1: number): [re: number, im: number] {
  const u = Math.fround(Math.fround(word0 >>> 1) + 0.5) * 2 ** -31;
  const radius = Math.sqrt(-Math.log(u)) * (word1 >>> 31 === 1 ? -1 : 1);
  const angle = (Math.fround(word1 << 2) * Math.PI) / 4 / 2 ** 31;
  const along = radius * Math.cos(angle);
  const across = radius * Math.sin(angle);
  return (word1 >>> 30) & 1 ? [across, along] : [along, across];
}

/** Coils that the counter has room for. */
export const maximumCoils = 1024;

/** Replicas that the counter has room for. */
export const maximumReplicas = 2 ** 22;

/**
 * The sample at (replica, coil, pixel) of the stream (seed, slice):
 * `complexNormal(threefry2x32([seed, slice], [pixel, replica·1024 + coil]))`.
 */
export function noiseSample(
  key: { readonly seed: number; readonly slice: number },
  replica: number,
  coil: number,
  pixel: number,
): [re: number, im: number] {
  const [word0, word1] = threefry2x32([key.seed, key.slice], [pixel, replica * maximumCoils + coil]);
  return complexNormal(word0, word1);
}
