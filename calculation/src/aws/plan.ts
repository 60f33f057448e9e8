import type { S3Client } from '@aws-sdk/client-s3';
import { type Job, MroError, parseJob } from '@mroptimum/contract';
import { estimateJob, estimateMapBytes } from '../estimate.ts';
import { JobInputs } from '../inputs/open.ts';
import type { JobIo } from '../io.ts';
import { JobLog } from '../log.ts';
import type { Machines, Need } from '../platform.ts';
import { taskToSettings } from '../settings.ts';
import { allowsInsecureLinks, logLine, numberSetting } from './environment.ts';
import { cloudInputs } from './inputs.ts';

/** What is known of a job before its files are opened. */
interface Guess {
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * What a job needs, by the header of its raw file. Where it cannot be read, or the request not be understood, what was
 * guessed counts: the calculation will meet the same error, and say it with its log.
 */
export async function needOf(request: unknown, s3: S3Client, guess: Guess): Promise<Need> {
  try {
    return await needOfJob(parseJob(request), s3);
  } catch (error) {
    if (!(error instanceof MroError)) throw error;
    logLine('warn', 'The job cannot be estimated from its files.', { code: error.code });
    const { seconds, bytes } = guess;
    return { seconds, bytes: () => bytes, inputBytes: 0, slices: 1, mapBytes: 0 };
  }
}

async function needOfJob(job: Job, s3: S3Client): Promise<Need> {
  let inputBytes = 0;
  const open = cloudInputs({ s3, insecure: allowsInsecureLinks() });
  const io: Pick<JobIo, 'open'> = {
    open: async (file, signal) => {
      const input = await open(file, signal);
      inputBytes += input.source.size + (input.companion?.size ?? 0);
      return input;
    },
  };
  const inputs = new JobInputs(io, new JobLog(() => new Date()), undefined);
  try {
    const settings = taskToSettings(job.task, job.output);
    const { header } = await inputs.openRaw(job.task.options.reconstructor.options.signal);
    return {
      seconds: estimateJob(header, settings).seconds,
      bytes: (threads) => estimateJob(header, settings, threads).bytes,
      inputBytes,
      slices: header.slices * header.partitions,
      mapBytes: estimateMapBytes(header, settings),
    };
  } finally {
    await inputs.close();
  }
}

/** What there is to run on, as the function was set up. */
export const machines = (): Machines => ({
  architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
  lambda: {
    memoryBytes: numberSetting('CALCULATE_MEMORY_MB', 8192) * 2 ** 20,
    diskBytes: numberSetting('CALCULATE_DISK_MB', 10_240) * 2 ** 20,
  },
  fanOutSeconds: numberSetting('FAN_OUT_SECONDS', 240),
  partSeconds: Math.max(0.001, numberSetting('FAN_OUT_PART_SECONDS', 90)),
  concurrency: Math.max(1, numberSetting('FAN_OUT_CONCURRENCY', 20)),
});
