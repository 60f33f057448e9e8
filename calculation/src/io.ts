import type { BundleSink } from '@mroptimum/bundle';
import type { ByteSource, FileRef, LogEntry } from '@mroptimum/contract';

/** An input file, open. */
export interface OpenInput {
  readonly source: ByteSource;
  /** The second file of formats that consist of two (BART: .hdr beside .cfl). */
  readonly companion?: ByteSource;
}

/**
 * Everything in which a laptop, a container and a browser differ. The same job with the same `JobIo` inputs
 * gives the same maps everywhere.
 */
export interface JobIo {
  /** @throws MroError MRO_JOB_FETCH where the file cannot be had. */
  open(file: FileRef, signal?: AbortSignal): Promise<OpenInput>;
  /** Where the result bundle goes; asked for only when all maps are there. */
  result(): Promise<BundleSink>;
  /** Where the failure bundle goes; undefined where the caller wants none. */
  failure(): Promise<BundleSink | undefined>;
  now(): Date;
  /** Told of every log entry as it is made. */
  onLog?(entry: LogEntry): void;
  readonly threads?: number;
  /** What info.json says of the machine that computed the job, where that is worth a word. */
  readonly execution?: Readonly<Record<string, unknown>>;
  /** Bytes the calculation may use; beyond them it refuses before it starts. */
  readonly memoryLimit?: number;
}
