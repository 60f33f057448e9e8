import type { RealArray } from '../arrays.ts';
import { SnrError, type SnrErrorCode } from '../errors.ts';
import type { NoiseKey, Range } from '../kernels/interface.ts';
import type { ReplicaWork } from '../reconstructions/index.ts';
import type { SliceMaps } from '../settings.ts';
import type { SliceTask } from '../slice.ts';

/** One band of replicas of somebody's slice; its arrays lie in the shared kernel memory. */
export interface BandTask {
  readonly work: ReplicaWork;
  readonly sum: RealArray;
  readonly sumOfSquares: RealArray;
  readonly key: NoiseKey;
  readonly replicas: Range;
  readonly rows: Range;
}

/** From the pool to a worker. */
export type ToWorker =
  | {
      readonly type: 'memory';
      readonly memory: WebAssembly.Memory;
      readonly base: number;
      readonly bytes: number;
    }
  | { readonly type: 'slice'; readonly task: SliceTask }
  | { readonly type: 'band'; readonly band: BandTask }
  | { readonly type: 'replicasDone' };

/** From a worker to the pool. */
export type FromWorker =
  | { readonly type: 'slice'; readonly maps: SliceMaps }
  | { readonly type: 'replicas'; readonly replicas: Omit<BandTask, 'rows'>; readonly foldedRows: number }
  | { readonly type: 'band' }
  | { readonly type: 'failed'; readonly error: PortableError };

/** An error in a form that survives the way between threads. */
interface PortableError {
  readonly code?: SnrErrorCode;
  readonly hint?: string;
  readonly message: string;
  readonly stack?: string;
}

export function toPortable(error: unknown): PortableError {
  if (error instanceof SnrError) return { code: error.code, hint: error.hint, message: error.message };
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}

export function fromPortable(error: PortableError): Error {
  if (error.code) return new SnrError(error.code, error.message, error.hint);
  const out = new Error(error.message);
  if (error.stack) out.stack = error.stack;
  return out;
}
