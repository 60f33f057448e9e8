import { Worker } from 'node:worker_threads';
import { SnrError } from '../errors.ts';
import type { SliceMaps } from '../settings.ts';
import type { SliceTask } from '../slice.ts';
import { bands, type ComputeOptions, kernelBytes, type SliceComputer } from './computer.ts';
import { type BandTask, type FromWorker, fromPortable, type ToWorker } from './messages.ts';
import { mostBytes, page, sharedWindows } from './windows.ts';

/** A slice under way. */
interface Job {
  readonly task: SliceTask;
  readonly options: ComputeOptions;
  readonly resolve: (maps: SliceMaps) => void;
  readonly reject: (error: unknown) => void;
  owner?: Thread;
  bandsLeft: number;
  bandsDone: number;
}

interface Thread {
  readonly worker: Worker;
  /** The slice it owns. */
  job?: Job;
  /** The slice whose band it computes just now. */
  band?: Job;
  /** Its own slice waits for bands, so it may take some. */
  waiting: boolean;
}

/**
 * A pool of worker threads over one shared WebAssembly memory, a window of it each. A slice belongs to one
 * worker; the bands of its replicas go to whoever is free, so one slice too uses all threads.
 */
export function workerPool(threads: number, workerUrl: URL): SliceComputer {
  const team: Thread[] = [];
  const waitingSlices: Job[] = [];
  const waitingBands: { job: Job; band: BandTask }[] = [];
  let window = 0;
  let broken: unknown;

  const post = (thread: Thread, message: ToWorker): void => thread.worker.postMessage(message);

  const stop = async (reason: unknown): Promise<void> => {
    broken ??= reason;
    const jobs = new Set([...waitingSlices.splice(0), ...team.flatMap((t) => (t.job ? [t.job] : []))]);
    waitingBands.length = 0;
    const old = team.splice(0);
    for (const job of jobs) job.reject(reason);
    await Promise.all(old.map((thread) => thread.worker.terminate()));
  };

  const dispatch = (): void => {
    for (const thread of team) {
      if (thread.band || (thread.job && !thread.waiting)) continue;
      const band = waitingBands.shift();
      if (band) {
        thread.band = band.job;
        post(thread, { type: 'band', band: band.band });
      } else if (!thread.job) {
        const job = waitingSlices.shift();
        if (!job) continue;
        thread.job = job;
        job.owner = thread;
        post(thread, { type: 'slice', task: job.task });
      }
    }
  };

  const receive = (thread: Thread, message: FromWorker): void => {
    if (message.type === 'replicas') {
      const job = thread.job!;
      thread.waiting = true;
      const rows = bands(message.foldedRows);
      job.bandsLeft = rows.length;
      job.bandsDone = 0;
      for (const range of rows) waitingBands.push({ job, band: { ...message.replicas, rows: range } });
    } else if (message.type === 'band') {
      const job = thread.band!;
      thread.band = undefined;
      job.bandsDone++;
      job.options.onProgress?.(job.bandsDone / (job.bandsDone + --job.bandsLeft));
      if (job.bandsLeft === 0) {
        job.owner!.waiting = false;
        post(job.owner!, { type: 'replicasDone' });
      }
    } else if (message.type === 'slice') {
      thread.job!.resolve(message.maps);
      thread.job = undefined;
    } else if (thread.job && !thread.band) {
      thread.job.reject(fromPortable(message.error));
      thread.job = undefined;
      thread.waiting = false;
    } else {
      void stop(fromPortable(message.error));
    }
    dispatch();
  };

  /** Gives every thread a window of a new memory; where the memory holds fewer windows, fewer threads work. */
  const setUp = (bytes: number): void => {
    const { memory, windows } = sharedWindows(bytes, threads);
    window = bytes;
    for (const spare of team.splice(windows)) void spare.worker.terminate();
    while (team.length < windows) team.push(startThread(workerUrl, guarded, lost));
    for (const [i, thread] of team.entries())
      post(thread, { type: 'memory', memory, base: page + i * bytes, bytes });
  };

  /** What fails here – a listener to progress, for one – fails the run, not the process. */
  const guarded = (thread: Thread, message: FromWorker): void => {
    try {
      receive(thread, message);
    } catch (error) {
      void stop(error);
    }
  };

  const lost = (thread: Thread, reason: SnrError): void => {
    if (team.includes(thread)) void stop(reason);
  };

  return {
    get threads() {
      return team.length || threads;
    },
    compute(task, options = {}) {
      return new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        if (options.signal?.aborted) return reject(options.signal.reason);
        const bytes = Math.min(kernelBytes(task), mostBytes);
        // A larger slice than before gets a new memory once the workers rest; a job's slices are all alike.
        if (bytes > window && !team.some((thread) => thread.job)) setUp(bytes);
        else if (bytes > window) return reject(sizesDiffer());
        const abort = (): void => void stop(options.signal!.reason);
        const settled = (): void => options.signal?.removeEventListener('abort', abort);
        options.signal?.addEventListener('abort', abort, { once: true });
        const job: Job = {
          task,
          options,
          resolve: (maps) => {
            settled();
            resolve(maps);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
          bandsLeft: 0,
          bandsDone: 0,
        };
        waitingSlices.push(job);
        dispatch();
      });
    },
    close: () => stop(new SnrError('MRO_SNR_OPTION', 'The threads of this computation were closed.')),
  };
}

function startThread(
  url: URL,
  receive: (thread: Thread, message: FromWorker) => void,
  lost: (thread: Thread, reason: SnrError) => void,
): Thread {
  const worker = new Worker(url);
  const thread: Thread = { worker, waiting: false };
  worker.on('message', (message: FromWorker) => receive(thread, message));
  worker.on('error', (error) => lost(thread, threadError(error)));
  worker.on('exit', (code) => lost(thread, threadError(new Error(`it ended early (code ${code}).`))));
  return thread;
}

/** An error that no thread could catch: its heap was full, or its program could not be loaded. */
function threadError(error: unknown): SnrError {
  const { code, message } = error as { code?: string; message: string };
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new SnrError('MRO_SNR_MEMORY', 'A thread of the calculation ran out of memory.')
    : new SnrError('MRO_SNR_THREAD', `A thread of the calculation failed: ${message}`);
}

function sizesDiffer(): SnrError {
  return new SnrError('MRO_SNR_SHAPE', 'Slices of different sizes cannot be computed in one run.');
}
