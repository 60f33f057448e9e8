import { S3ServiceException } from '@aws-sdk/client-s3';
import { MroError } from '@mroptimum/contract';

/** What S3 says of an object, in words that tell what to do. */
export function fetchError(name: string, error: unknown): MroError {
  if (error instanceof MroError) return error;
  const status = statusOf(error);
  const said = error instanceof Error ? error.name : String(error);
  const options = { cause: error, details: { file: name, ...(status !== undefined && { status }) } };
  if (status === 404)
    return new MroError('MRO_JOB_FETCH', `${name} is not in its bucket.`, {
      ...options,
      hint: 'It may have been deleted from the library: upload it again.',
    });
  if (status === 403)
    return new MroError('MRO_JOB_FETCH', `${name} may not be read by the computing unit.`, {
      ...options,
      hint: 'Compare the role of the calculation with the bucket that the job names.',
    });
  if (status === 412)
    return new MroError('MRO_JOB_FETCH', `${name} was replaced while it was read.`, {
      ...options,
      hint: 'Start the job again.',
    });
  return new MroError('MRO_JOB_FETCH', `${name} cannot be had: ${said}.`, options);
}

/** What S3 says when something cannot be written. */
export function deliverError(what: string, error: unknown): MroError {
  if (error instanceof MroError) return error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new MroError('MRO_JOB_OUTPUT', `${what} cannot be written to its bucket (${said}).`, {
    cause: error,
    hint: 'Check that the bucket exists and that the role of the calculation may write to it.',
  });
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** Whether asking again may help: the network, a busy server, a stream that broke in its middle. */
export function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined
    ? !(error instanceof MroError)
    : status >= 500 || status === 429 || status === 200;
}
