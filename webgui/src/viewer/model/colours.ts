/** Names of the colour maps, in the order of the menu. */
export const colourMapNames = [
  'gray',
  'viridis',
  'plasma',
  'inferno',
  'turbo',
  'jet',
  'hot',
  'bone',
  'hsv',
  'diverging',
] as const;
export type ColourMapName = (typeof colourMapNames)[number];

/** Support points from low to high, equally spaced, 0xRRGGBB; between them colours are mixed linearly. */
const supports: Readonly<Record<ColourMapName, readonly number[]>> = {
  gray: [0x000000, 0xffffff],
  viridis: [
    0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26,
    0xfde725,
  ],
  plasma: [
    0x0d0887, 0x41049d, 0x6a00a8, 0x8f0da4, 0xb12a90, 0xcc4778, 0xe16462, 0xf2844b, 0xfca636, 0xfcce25,
    0xf0f921,
  ],
  inferno: [
    0x000004, 0x160b39, 0x420a68, 0x6a176e, 0x932667, 0xbc3754, 0xdd513a, 0xf37819, 0xfca50a, 0xf6d746,
    0xfcffa4,
  ],
  turbo: [
    0x30123b, 0x4454c4, 0x4490fe, 0x1fc8de, 0x29efa2, 0x7dff56, 0xc1f334, 0xf1ca3a, 0xfe922a, 0xea4f0d,
    0xbe2102, 0x7a0403,
  ],
  jet: [0x000080, 0x0000ff, 0x0080ff, 0x00ffff, 0x80ff80, 0xffff00, 0xff8000, 0xff0000, 0x800000],
  hot: [0x0a0000, 0x550000, 0xaa0000, 0xff0000, 0xff5500, 0xffaa00, 0xffff00, 0xffff80, 0xffffff],
  bone: [0x000000, 0x1c1c27, 0x38384d, 0x545474, 0x707c90, 0x8c9cac, 0xa8bcc8, 0xd1dede, 0xffffff],
  hsv: [0xff0000, 0xffff00, 0x00ff00, 0x00ffff, 0x0000ff, 0xff00ff, 0xff0000],
  diverging: [0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b],
};

/** Steps of a table: more than the eye tells apart. */
export const tableSteps = 1024;

/** Gray of pixels without a number. */
export const notANumber = 0x5a5a5a;

const tables = new Map<string, Uint32Array>();

/**
 * The colours of a map from low to high as pixels of a canvas (little-endian RGBA). `gamma` bends the fraction of the
 * window before it is coloured: t^γ.
 */
export function colourTable(name: ColourMapName, gamma = 1): Uint32Array {
  const key = `${name} ${gamma}`;
  const known = tables.get(key);
  if (known) return known;
  const table = Uint32Array.from({ length: tableSteps }, (_, i) =>
    pixel(mixed(supports[name], (i / (tableSteps - 1)) ** gamma)),
  );
  if (tables.size > 64) tables.clear();
  tables.set(key, table);
  return table;
}

/** 0xRRGGBB as an opaque pixel of a canvas. */
export const pixel = (colour: number): number =>
  (0xff000000 | ((colour & 0xff) << 16) | (colour & 0xff00) | ((colour >> 16) & 0xff)) >>> 0;

function mixed(points: readonly number[], fraction: number): number {
  const at = fraction * (points.length - 1);
  const low = Math.min(Math.floor(at), points.length - 2);
  const [a, b] = [points[low]!, points[low + 1]!];
  const mix = (shift: number): number => {
    const [p, q] = [(a >> shift) & 255, (b >> shift) & 255];
    return Math.round(p + (q - p) * (at - low));
  };
  return (mix(16) << 16) | (mix(8) << 8) | mix(0);
}

/** Stops of a gradient: place from 0 to 1, and colour. */
export const cssGradientStops = (name: ColourMapName, gamma = 1): (readonly [number, string])[] =>
  Array.from({ length: 17 }, (_, i) => [i / 16, hex(mixed(supports[name], (i / 16) ** gamma))]);

/** A colour map as a CSS gradient, from left to right unless told otherwise. */
export const cssGradient = (name: ColourMapName, gamma = 1, direction = 'to right'): string =>
  `linear-gradient(${direction}, ${cssGradientStops(name, gamma)
    .map(([, colour]) => colour)
    .join(', ')})`;

export const hex = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;
