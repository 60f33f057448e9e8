import { readFileSync } from 'node:fs';
import { decodeNpy, toFloat32C } from '@mroptimum/arrays';
import type { ComplexArray, SliceInput } from '@mroptimum/snr';
import { sharedFile } from '../../packages/contract/test/sharedData.ts';

/** An npy file of the test data as C-ordered float32 (interleaved where complex). */
export async function npy(path: string): Promise<ComplexArray> {
  return toFloat32C(await decodeNpy(readFileSync(sharedFile(path)!)));
}

/** (readout, phase, coil) → (coil, phase, readout) */
export function coilFirst({ data, shape }: ComplexArray): ComplexArray {
  const [nx, ny, coils] = shape as [number, number, number];
  const out = new Float32Array(data.length);
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let c = 0; c < coils; c++) {
        const from = 2 * ((x * ny + y) * coils + c);
        out.set(data.subarray(from, from + 2), 2 * ((c * ny + y) * nx + x));
      }
    }
  }
  return { data: out, shape: [coils, ny, nx] };
}

/** The phantom's k-space as one slice without oversampling. */
export async function phantomSlice(): Promise<SliceInput> {
  const { data, shape } = coilFirst(await npy('phantom16/signal.npy'));
  return {
    kspace: { data, shape: [1, ...shape] },
    acquired: new Uint8Array(shape[1]!).fill(1),
    acquiredReadout: [0, shape[2]!],
    readoutOversampling: 1,
  };
}

/** A golden map (readout, phase), at (y, x). */
export async function golden(name: string): Promise<(y: number, x: number) => number> {
  const map = await npy(`phantom16/golden/${name}.npy`);
  const [nx, ny] = map.shape as [number, number];
  const complex = map.data.length === 2 * nx * ny;
  return (y, x) => {
    const p = x * ny + y;
    return complex ? Math.hypot(map.data[2 * p]!, map.data[2 * p + 1]!) : map.data[p]!;
  };
}
