import type { Preview } from './messages.ts';

/** Red, green, blue: seen on black, white and by those who cannot tell red from green. */
export const outlineColour = [255, 176, 0] as const;

/** The image in grey, brightest at its 99.5th percentile; the object tinted and its edge drawn. */
export function draw(canvas: HTMLCanvasElement, preview: Preview, colour: readonly number[]): void {
  const { ny, nx, image, mask } = preview;
  canvas.width = nx;
  canvas.height = ny;
  const context = canvas.getContext('2d');
  if (!context) return;
  const white = percentile(image, 0.995) || 1;
  const pixels = context.createImageData(nx, ny);
  for (let p = 0; p < ny * nx; p++) {
    const grey = Math.min(255, (255 * image[p]!) / white);
    const share = mask[p] === 0 ? 0 : isEdge(mask, p, ny, nx) ? 1 : 0.18;
    for (let channel = 0; channel < 3; channel++)
      pixels.data[4 * p + channel] = (1 - share) * grey + share * colour[channel]!;
    pixels.data[4 * p + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

function isEdge(mask: Uint8Array, p: number, ny: number, nx: number): boolean {
  const [x, y] = [p % nx, Math.floor(p / nx)];
  return (
    x === 0 ||
    y === 0 ||
    x === nx - 1 ||
    y === ny - 1 ||
    mask[p - 1] === 0 ||
    mask[p + 1] === 0 ||
    mask[p - nx] === 0 ||
    mask[p + nx] === 0
  );
}

function percentile(values: Float32Array, fraction: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? 0;
}
