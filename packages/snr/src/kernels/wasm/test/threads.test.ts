import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Range } from '../../interface.ts';
import { randomComplex } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';
import { doShare, type Share } from './worker.ts';

const megabyte = 2 ** 20;

describe('two threads on one memory', () => {
  // Sizes that are no power of two: rows of one thread then end within vectors of the other.
  it.each([
    [6, 61, 67],
    [4, 75, 90],
    [3, 97, 5],
  ])('%i coils of %i × %i: the bits of one thread', async (coils, ny, nx) => {
    const k = wasmKernels({ bytes: 64 * megabyte });
    const share = (
      kernels: Share['kernels'],
      all: Omit<Share, 'kernels' | 'coils' | 'rows'>,
      half?: 0 | 1,
    ): Share => {
      const part = (n: number): Range =>
        half === undefined ? [0, n] : half === 0 ? [0, n >> 1] : [n >> 1, n];
      return { kernels, coils: part(coils), rows: part(ny), ...all };
    };
    const arrays = () => ({
      input: k.load(randomComplex(1, coils, ny, nx)),
      images: k.complex(coils, ny, nx),
      unmix: k.load(randomComplex(2, coils, ny, nx)),
      sum: k.real(ny, nx),
      sumOfSquares: k.real(ny, nx),
      folded: [ny, nx] as const,
    });

    const alone = arrays();
    doShare(share({ memory: k.memory, base: 64 * megabyte, bytes: megabyte }, alone));
    const together = arrays();
    await Promise.all(
      ([0, 1] as const).map((half) => {
        // Windows that touch, to see that none writes outside its own.
        const window = { base: (64 + half) * megabyte, bytes: megabyte };
        const kernels = { memory: k.memory, module: k.module, ...window };
        return run(share(kernels, together, half));
      }),
    );

    expect(together.images.data).toEqual(alone.images.data);
    expect(together.sum.data).toEqual(alone.sum.data);
    expect(together.sumOfSquares.data).toEqual(alone.sumOfSquares.data);
  });
});

function run(share: Share): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
}
