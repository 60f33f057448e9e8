import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComplexArray } from '@mroptimum/snr';
import { createKernels, type WasmKernels } from '@mroptimum/snr/kernels';
import { bart, hasBart, PythonPeer } from './peers.ts';
import { atMost, medianMs, type Row } from './table.ts';

const coils = 32;
const size = 256;

/** Kernels against NumPy, SciPy and BART where these are on this machine; one thread each, same sizes. */
export async function kernelRows(): Promise<Row[]> {
  const k = createKernels();
  const peer = await PythonPeer.start();
  const images = noise(k, coils, size, size);
  const out = k.complex(coils, size, size);
  const matrix = noise(k, coils, coils);
  const maps = noise(k, 16, size, size);
  const unmix = k.complex(16, size, size);
  const g = k.real(size, size);

  const cases: { what: string; peer: string; name: string; limit?: number; run: () => void }[] = [
    {
      what: 'iFFT2, 32 coils 256²',
      peer: 'ifft2',
      name: 'scipy.fft',
      limit: 1,
      run: () => k.fft2(out, images, 'image'),
    },
    {
      what: 'iFFT2, 32 coils 256², in place',
      peer: 'ifft2 in place',
      name: 'scipy.fft',
      limit: 1,
      run: () => k.fft2(out, out, 'image'),
    },
    {
      what: 'whitening, 32 coils 256²',
      peer: 'whiten',
      name: 'numpy matmul',
      limit: 2,
      run: () => k.whiten(out, images, matrix),
    },
    ...[2, 4].map((r) => ({
      what: `SENSE unmixing and g, 16 coils 256², R 1×${r}`,
      peer: `sense ${r}`,
      name: 'numpy batched',
      limit: 0.35,
      run: () => k.senseUnmix(unmix, g, maps, [1, r]),
    })),
    {
      what: 'white noise, 32 coils 256²',
      peer: 'normals',
      name: 'numpy standard_normal',
      run: () => k.noise(out, { seed: 1, slice: 0 }, 0, [0, size]),
    },
  ];

  const rows: Row[] = [];
  for (const { what, peer: asked, name, limit, run } of cases) {
    const ours = await medianMs(run);
    const theirs = await peer?.time(asked);
    rows.push({
      what,
      ours,
      unit: 'ms',
      peer: theirs === undefined ? undefined : { name, value: theirs },
      target: limit === undefined || theirs === undefined ? undefined : atMost(limit, ours / theirs, ' ×'),
    });
  }
  peer?.stop();
  if (hasBart()) rows.push(...(await bartRows(k, images, out, matrix)));
  return rows;
}

/** Whole BART commands, reading and writing their files, beside our kernels alone. */
async function bartRows(
  k: WasmKernels,
  images: ComplexArray,
  out: ComplexArray,
  matrix: ComplexArray,
): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const file = (name: string): string => join(folder, name);
  // BART's first dimension varies fastest; dimension 3 holds coils.
  await writeCfl(file('images'), images.data, [size, size, 1, coils]);
  await writeCfl(file('noise'), images.data.subarray(0, 2 * coils * size * 4), [size * 4, 1, 1, coils]);
  const cases = [
    {
      what: 'iFFT2, 32 coils 256²: kernel against command',
      run: () => k.fft2(out, images, 'image'),
      command: ['fft', '-i', '-u', '3', file('images'), file('out')],
    },
    {
      what: 'whitening, 32 coils 256²: kernel against command',
      run: () => k.whiten(out, images, matrix),
      command: ['whiten', file('images'), file('noise'), file('out')],
    },
  ];
  const rows: Row[] = [];
  for (const { what, run, command } of cases) {
    const ours = await medianMs(run);
    const value = await medianMs(() => bart(...command), 7);
    rows.push({ what, ours, unit: 'ms', peer: { name: `bart ${command[0]}`, value } });
  }
  await rm(folder, { recursive: true });
  return rows;
}

async function writeCfl(path: string, data: Float32Array, dimensions: readonly number[]): Promise<void> {
  await writeFile(`${path}.hdr`, `# Dimensions\n${dimensions.join(' ')}\n`);
  await writeFile(`${path}.cfl`, new Uint8Array(data.slice().buffer));
}

/** White noise in kernel memory. */
function noise(k: WasmKernels, ...shape: [number, number] | [number, number, number]): ComplexArray {
  const [n, ny, nx = 1] = shape;
  const array = k.complex(n, ny, nx);
  k.noise(array, { seed: 2, slice: n }, 0, [0, ny]);
  return { data: array.data, shape };
}
