import { type FileRef, fileLabel, MroError } from '@mroptimum/contract';
import { openRaw, type RawData } from '@mroptimum/rawdata';
import { throwIfAborted } from '../errors.ts';
import type { JobIo, OpenInput } from '../io.ts';
import type { JobLog } from '../log.ts';

/** What a file that is no raw scan makes the raw-data readers say. */
const notAScan: readonly string[] = [
  'MRO_RAW_UNKNOWN',
  'MRO_RAW_AXES',
  'MRO_RAW_VARIABLE',
  'MRO_RAW_COMPANION',
];

/** The inputs of one job: opens them through its io and closes all of them at the end. */
export class JobInputs {
  readonly #io: Pick<JobIo, 'open'>;
  readonly #log: JobLog;
  readonly #signal: AbortSignal | undefined;
  readonly #open: { close(): Promise<void> }[] = [];

  constructor(io: Pick<JobIo, 'open'>, log: JobLog, signal: AbortSignal | undefined) {
    this.#io = io;
    this.#log = log;
    this.#signal = signal;
  }

  /** The bytes of a file. */
  async open(file: FileRef): Promise<OpenInput> {
    throwIfAborted(this.#signal);
    const input = await this.#io.open(file, this.#signal);
    this.#open.push(input.source, ...(input.companion ? [input.companion] : []));
    return input;
  }

  /** A raw file. `axes` serve where the file is an array whose reference names none. */
  async openRaw(file: FileRef, axes?: string): Promise<RawData> {
    const raw = await readRaw(await this.open(file), file, axes);
    this.#open.push(raw);
    this.#log.say(`Opened ${fileLabel(file)}: ${raw.header.format} ${raw.header.variant}.`);
    return raw;
  }

  /** A file that may be a raw scan with a header or something else (maps, an image). */
  async openMaybeScan(file: FileRef): Promise<{ input: OpenInput; scan: RawData | undefined }> {
    const input = await this.open(file);
    try {
      const scan = await readRaw(input, file);
      this.#open.push(scan);
      const hasHeader = scan.header.format === 'twix' || scan.header.format === 'ismrmrd';
      return { input, scan: hasHeader ? scan : undefined };
    } catch (error) {
      if (error instanceof MroError && notAScan.includes(error.code)) return { input, scan: undefined };
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#open.splice(0).map((opened) => opened.close()));
  }
}

function readRaw(input: OpenInput, file: FileRef, defaultAxes?: string): Promise<RawData> {
  const { axes = defaultAxes, spacing, variable } = file.options.options;
  return openRaw(input.source, {
    ...(axes && { axes }),
    ...(spacing && { spacing }),
    ...(variable && { variable }),
    ...(input.companion && { companion: input.companion }),
  });
}
