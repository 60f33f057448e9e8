import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unpackBundle } from '@mroptimum/calculation/local';
import { type Brain, type ErrorCode, endpoints, errorCatalogue, MroError } from '@mroptimum/contract';
import type { Progress } from '../progress.ts';
import { download } from './download.ts';

/**
 * Shows a job until it has ended.
 * @returns the job as it stands then
 * @throws MroError with the code of the failure, or MRO_JOB_ABORTED where it was cancelled
 */
export async function follow(brain: Brain, id: string, progress: Progress, signal?: AbortSignal) {
  for await (const { type, at, data } of brain.events(id, signal ? { signal } : {})) {
    if (type === 'progress' && typeof data.progress === 'number') progress.fraction(data.progress);
    if (type === 'log') {
      progress.log({
        when: String(data.when ?? at),
        what: String(data.what ?? ''),
        type: String(data.type ?? ''),
      });
    }
  }
  const job = await brain.call(endpoints.job, { params: { id } });
  if (job.status === 'failed') throw failureOf(job.error);
  if (job.status === 'cancelled') throw new MroError('MRO_JOB_ABORTED', `Job ${id} was cancelled.`);
  return job;
}

function failureOf(error: { code: string; message: string; hint: string } | undefined): MroError {
  const code = error && error.code in errorCatalogue ? (error.code as ErrorCode) : 'MRO_INTERNAL';
  return new MroError(code, error?.message ?? 'The calculation failed.', {
    ...(error && { hint: error.hint }),
  });
}

/** Writes the result of a job to a folder, or to a file whose name ends in ".zip", as `mroptimum snr` does. */
export async function fetchResult(
  brain: Brain,
  id: string,
  out: string,
  onProgress?: (fraction: number) => void,
): Promise<void> {
  const { link } = await brain.call(endpoints.results, { params: { id } });
  const options = onProgress ? { onProgress } : {};
  if (out.toLowerCase().endsWith('.zip')) {
    await download(brain, link, out, options);
    return;
  }
  const folder = await mkdtemp(join(dirname(resolve(out)), '.mroptimum-')).catch((cause: unknown) => {
    throw new MroError('MRO_JOB_OUTPUT', `The result cannot be written to ${out}.`, { cause });
  });
  try {
    const zip = join(folder, 'bundle.zip');
    await download(brain, link, zip, options);
    await unpackBundle(zip, out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
