export const colourMaps = ['gray', 'viridis', 'jet', 'turbo'] as const;
export type ColourMap = (typeof colourMaps)[number];

/** Support points of maps that are tables, equally spaced from low to high. */
const tables: Readonly<Record<'viridis' | 'turbo', readonly number[]>> = {
  viridis: [
    0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26,
    0xfde725,
  ],
  turbo: [
    0x30123b, 0x4454c4, 0x4490fe, 0x1fc8de, 0x29efa2, 0x7dff56, 0xc1f334, 0xf1ca3a, 0xfe922a, 0xea4f0d,
    0xbe2102, 0x7a0403,
  ],
};

/** Red, green, blue, 0…255. */
export type Colour = readonly [number, number, number];

/** Pixels without a number. */
export const notANumber: Colour = [90, 90, 90];

/** The colour of a fraction 0…1 of the window; fractions beyond take the colour of the end. */
export function colourOf(map: ColourMap, fraction: number): Colour {
  if (Number.isNaN(fraction)) return notANumber;
  const t = Math.min(1, Math.max(0, fraction));
  if (map === 'gray') return [byte(t), byte(t), byte(t)];
  if (map === 'jet') return [tent(t, 0.75), tent(t, 0.5), tent(t, 0.25)];
  const table = tables[map];
  const at = t * (table.length - 1);
  const low = Math.min(Math.floor(at), table.length - 2);
  const mix = (shift: number) => {
    const [a, b] = [(table[low]! >> shift) & 255, (table[low + 1]! >> shift) & 255];
    return Math.round(a + (b - a) * (at - low));
  };
  return [mix(16), mix(8), mix(0)];
}

const byte = (t: number): number => Math.round(255 * t);

/** A channel of jet: full within an eighth of its centre, falling to 0 at three eighths. */
const tent = (t: number, centre: number): number =>
  byte(Math.min(1, Math.max(0, 1.5 - 4 * Math.abs(t - centre))));

/** Steps of a palette: more than the eye or a byte per channel tells apart. */
const steps = 1024;

/** A colour map as a function from values to colours, tabulated: maps have millions of pixels. */
export function palette(map: ColourMap, [low, high]: readonly [number, number]): (value: number) => Colour {
  const table = Array.from({ length: steps }, (_, i) => colourOf(map, i / (steps - 1)));
  const scale = (steps - 1) / (high - low);
  return (value) => {
    const at = (value - low) * scale;
    if (at >= steps - 1) return table[steps - 1]!;
    return at > 0 ? table[Math.round(at)]! : Number.isNaN(at) ? notANumber : table[0]!;
  };
}
