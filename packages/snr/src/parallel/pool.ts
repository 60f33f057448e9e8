import { Worker } from 'node:worker_threads';
import { SnrError } from '../errors.ts';
import type { SliceMaps } from '../settings.ts';
import type { SliceTask } from '../slice.ts';
import { bands, type ComputeOptions, kernelBytes, type SliceComputer } from './computer.ts';
import { type BandTask, type FromWorker, fromPortable, type ToWorker } from './messages.ts';

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

/** WebAssembly memory cannot be larger. */
const mostBytes = 2 ** 32 - 2 * 65536;

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

  const setUp = (bytes: number): void => {
    const count = Math.min(threads, Math.max(1, Math.floor(mostBytes / bytes)));
    if (bytes > mostBytes) {
      throw new SnrError(
        'MRO_SNR_MEMORY',
        `One slice needs about ${Math.round(bytes / 2 ** 20)} MB, more than the 4 GB a kernel can address.`,
        'Compress coils or reduce the matrix.',
      );
    }
    window = bytes;
    // The first page is the kernels' own.
    const pages = (bytes * count) / 65536 + 1;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    while (team.length > count) void team.pop()!.worker.terminate();
    while (team.length < count) team.push(startThread(workerUrl, receive, stop));
    for (const [i, thread] of team.entries())
      post(thread, { type: 'memory', memory, base: 65536 + i * bytes, bytes });
  };

  return {
    threads,
    compute(task, options = {}) {
      return new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        const bytes = kernelBytes(task);
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
  stop: (reason: unknown) => Promise<void>,
): Thread {
  const worker = new Worker(url);
  const thread: Thread = { worker, waiting: false };
  worker.on('message', (message: FromWorker) => receive(thread, message));
  worker.on('error', (error) => void stop(error));
  return thread;
}

function sizesDiffer(): SnrError {
  return new SnrError('MRO_SNR_SHAPE', 'Slices of different sizes cannot be computed in one run.');
}
