import { MroError } from '@mroptimum/contract';

/** Runs a step of writing to disk; what the system says becomes an error that a user understands. */
export async function writing<T>(name: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof MroError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const reasons: Record<string, string> = {
      ENOSPC: 'the disk is full',
      EACCES: 'writing there is not permitted',
      EPERM: 'writing there is not permitted',
      EROFS: 'the disk is read-only',
      ENOTDIR: 'a part of the path is a file',
      EISDIR: 'there is a folder of that name',
      EEXIST: 'there is a file of that name',
    };
    throw new MroError('MRO_BUNDLE_WRITE', `${name} could not be written: ${reasons[code] ?? code}.`, {
      details: { name, reason: code },
      cause,
    });
  }
}
