import { parentPort } from 'node:worker_threads';
import type { Kernels } from '../kernels/interface.ts';
import { wasmKernels } from '../kernels/wasm/kernels.ts';
import { addReplicas } from '../reconstructions/index.ts';
import { computeSlice, type SliceTask } from '../slice.ts';
import { type FromWorker, type ToWorker, toPortable } from './messages.ts';

/** One thread of the pool: computes slices, hands their replicas to the pool, and takes bands of any slice. */
const port = parentPort!;
let k: Kernels;
let replicasDone: (() => void) | undefined;

const send = (message: FromWorker): void => port.postMessage(message);

async function slice(task: SliceTask): Promise<void> {
  const maps = await computeSlice(k, task, (work, sums, key, replicas, foldedRows) => {
    send({ type: 'replicas', replicas: { work, ...sums, key, replicas }, foldedRows });
    return new Promise((resolve) => {
      replicasDone = resolve;
    });
  });
  send({ type: 'slice', maps });
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'slice') {
    slice(message.task).catch((error) => send({ type: 'failed', error: toPortable(error) }));
    return;
  }
  try {
    if (message.type === 'memory') k = wasmKernels(message);
    else if (message.type === 'replicasDone') replicasDone?.();
    else {
      const { work, sum, sumOfSquares, key, replicas, rows } = message.band;
      addReplicas(k, work, sum, sumOfSquares, key, replicas, rows);
      send({ type: 'band' });
    }
  } catch (error) {
    send({ type: 'failed', error: toPortable(error) });
  }
});
