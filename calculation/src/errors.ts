import { type ErrorCode, errorCatalogue, MroError } from '@mroptimum/contract';
import { SnrError } from '@mroptimum/snr';

/**
 * Any thrown value as a catalogued error: errors of the science keep their code, an abort – an AbortError, or
 * whatever reason the signal was given – becomes MRO_JOB_ABORTED, everything unforeseen MRO_INTERNAL with its cause.
 * Where the signal was given a catalogued reason (the time is over), each kind of abort becomes that.
 */
export function asMroError(error: unknown, signal?: AbortSignal): MroError {
  if (signal?.reason instanceof MroError && isAbort(error)) return signal.reason;
  if (error instanceof MroError) return error;
  if (isSnrError(error)) {
    const code: ErrorCode = error.code in errorCatalogue ? error.code : 'MRO_INTERNAL';
    return new MroError(code, error.message, { hint: error.hint || undefined, cause: error });
  }
  if (isAbort(error) || (signal?.aborted && error === signal.reason))
    return new MroError('MRO_JOB_ABORTED', 'The calculation was cancelled.', { cause: error });
  if (isShortOfMemory(error)) {
    return new MroError('MRO_JOB_MEMORY', 'The machine has no memory left for the data of this job.', {
      cause: error,
    });
  }
  const said = error instanceof Error ? error.message : String(error);
  return new MroError('MRO_INTERNAL', `The calculation stopped unexpectedly: ${said}`, { cause: error });
}

/** Errors that crossed a thread boundary have lost their class and kept their fields. */
function isSnrError(error: unknown): error is SnrError {
  return (
    error instanceof SnrError ||
    (error instanceof Error && /^MRO_SNR_/.test(String((error as SnrError).code)))
  );
}

function isAbort(error: unknown): boolean {
  return error instanceof MroError
    ? wasAborted(error)
    : error instanceof Error && error.name === 'AbortError';
}

/** V8 says so by range errors alone, where an array is larger than memory or than arrays can be. */
function isShortOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /allocation failed|Invalid (?:typed )?array (?:buffer )?length/i.test(error.message)
  );
}

const abortCodes: readonly ErrorCode[] = ['MRO_JOB_ABORTED', 'MRO_RAW_ABORTED'];

/** Whether the calculation ended because it was cancelled, not because it failed. */
export const wasAborted = (error: MroError): boolean => abortCodes.includes(error.code);

/** @throws MroError MRO_JOB_ABORTED where the signal was raised, or the reason that it was given where it is one. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.reason instanceof MroError) throw signal.reason;
  if (signal?.aborted) throw new MroError('MRO_JOB_ABORTED', 'The calculation was cancelled.');
}
