import { parentPort, workerData } from 'node:worker_threads';
import type { ComplexArray, RealArray } from '../../../arrays.ts';
import { at } from '../../../arrays.ts';
import type { Range } from '../../interface.ts';
import { type WasmOptions, wasmKernels } from '../kernels.ts';

/** A share of a computation on arrays in shared memory, for the test of threads. */
export interface Share {
  readonly kernels: WasmOptions;
  readonly coils: Range;
  readonly rows: Range;
  readonly input: ComplexArray;
  readonly images: ComplexArray;
  readonly unmix: ComplexArray;
  readonly sum: RealArray;
  readonly sumOfSquares: RealArray;
  /** Folded rows and columns. */
  readonly folded: readonly [number, number];
}

/** Transforms a share of the coils and adds replicas to a share of the rows, both several times over. */
export function doShare(share: Share): void {
  const k = wasmKernels(share.kernels);
  for (let round = 0; round < 20; round++) {
    for (let coil = share.coils[0]; coil < share.coils[1]; coil++) {
      k.fft2(at(share.images, coil), at(share.input, coil), 'image');
    }
    const replicas = [10 * round, 10 * round + 10] as const;
    k.replicasLinear(
      share.sum,
      share.sumOfSquares,
      share.unmix,
      share.folded,
      { seed: 1, slice: 0 },
      replicas,
      share.rows,
    );
  }
}

if (parentPort) {
  doShare(workerData as Share);
  parentPort.postMessage('done');
}
