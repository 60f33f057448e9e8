import type { ComplexArray } from './arrays.ts';
import type { Kernels } from './kernels/interface.ts';

/**
 * Removes readout oversampling without changing the noise per sample: centred unitary inverse FFT along the
 * readout, crop to the middle nx of it, centred unitary FFT.
 *
 * @param input (coil, phase, nx·oversampling); overwritten
 * @param out (coil, phase, nx)
 */
export function removeOversampling(k: Kernels, out: ComplexArray, input: ComplexArray): void {
  const wide = input.shape[2]!;
  const nx = out.shape[2]!;
  k.fftReadout(input, input, 'image');
  const start = Math.floor(wide / 2) - Math.floor(nx / 2);
  const rows = input.shape[0]! * input.shape[1]!;
  for (let row = 0; row < rows; row++) {
    const from = 2 * (row * wide + start);
    out.data.set(input.data.subarray(from, from + 2 * nx), 2 * row * nx);
  }
  k.fftReadout(out, out, 'kspace');
}

/**
 * Folded coil images of k-space sampled on the lattice offset + R·m: for pixel (y, x) of the first of the
 * R aliases, X(y, x) = 1/√(my·mx) Σ K e^{+2πi (k−⌊N/2⌋)(y−⌊N/2⌋)/N} along both axes. It is √(rx·ry) times
 * the zero-filled image there, and its noise is that of one k-space sample (the transform is unitary).
 *
 * @param out (coil, my, mx) with my = ny/ry, mx = nx/rx
 * @param sampled (coil, my, mx): the samples on the lattice; overwritten. At R = 1 it may be `out`.
 */
export function foldedImages(
  k: Kernels,
  out: ComplexArray,
  sampled: ComplexArray,
  acceleration: readonly [number, number],
  offset: readonly [number, number],
): void {
  const [rx, ry] = acceleration;
  const [, my, mx] = out.shape as [number, number, number];
  k.fft2(sampled, sampled, 'image');
  if (rx * ry > 1) place(out, sampled, axisMap(my * ry, ry, offset[1]), axisMap(mx * rx, rx, offset[0]));
  else if (out !== sampled) out.data.set(sampled.data);
}

interface AxisMap {
  readonly shift: number;
  /** Phase per pixel (cos, sin); undefined where it is zero everywhere. */
  readonly ramp?: Float64Array;
}

/** The reduced transform is centred on its own matrix: where its pixels belong, and the phase they lack. */
function axisMap(n: number, r: number, offset: number): AxisMap {
  const m = n / r;
  const centre = Math.floor(n / 2);
  const shift = (((Math.floor(m / 2) - centre) % m) + m) % m;
  const delta = offset + r * Math.floor(m / 2) - centre;
  if (delta === 0) return { shift };
  const ramp = new Float64Array(2 * m);
  for (let y = 0; y < m; y++) {
    const angle = (2 * Math.PI * delta * (y - centre)) / n;
    ramp[2 * y] = Math.cos(angle);
    ramp[2 * y + 1] = Math.sin(angle);
  }
  return { shift, ramp };
}

function place(out: ComplexArray, reduced: ComplexArray, alongY: AxisMap, alongX: AxisMap): void {
  const [coils, my, mx] = out.shape as [number, number, number];
  for (let c = 0; c < coils; c++) {
    for (let y = 0; y < my; y++) {
      const from = 2 * (c * my + ((y + alongY.shift) % my)) * mx;
      const to = 2 * (c * my + y) * mx;
      const head = mx - alongX.shift;
      out.data.set(reduced.data.subarray(from + 2 * alongX.shift, from + 2 * mx), to);
      out.data.set(reduced.data.subarray(from, from + 2 * alongX.shift), to + 2 * head);
      if (alongY.ramp || alongX.ramp)
        turnRow(out.data.subarray(to, to + 2 * mx), y, alongY.ramp, alongX.ramp);
    }
  }
}

function turnRow(row: Float32Array, y: number, alongY?: Float64Array, alongX?: Float64Array): void {
  const yRe = alongY ? alongY[2 * y]! : 1;
  const yIm = alongY ? alongY[2 * y + 1]! : 0;
  for (let x = 0; 2 * x < row.length; x++) {
    const xRe = alongX ? alongX[2 * x]! : 1;
    const xIm = alongX ? alongX[2 * x + 1]! : 0;
    const re = yRe * xRe - yIm * xIm;
    const im = yRe * xIm + yIm * xRe;
    const a = row[2 * x]!;
    const b = row[2 * x + 1]!;
    row[2 * x] = a * re - b * im;
    row[2 * x + 1] = a * im + b * re;
  }
}

/**
 * The phase of alias (j, i) relative to the first: 2π(k0y·j/ry + k0x·i/rx), k0 = offset − ⌊N/2⌋.
 * A pixel at (y + j·ny/ry, x + i·nx/rx) enters the folded pixel (y, x) with e^{iφ}/√(rx·ry).
 */
export function aliasPhase(
  shape: readonly [ny: number, nx: number],
  acceleration: readonly [number, number],
  offset: readonly [number, number],
  j: number,
  i: number,
): number {
  const k0y = offset[1] - Math.floor(shape[0] / 2);
  const k0x = offset[0] - Math.floor(shape[1] / 2);
  return 2 * Math.PI * ((k0y * j) / acceleration[1] + (k0x * i) / acceleration[0]);
}
