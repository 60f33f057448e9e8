import { type ErrorCode, errorCatalogue, MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';

/** Gateways of the cloud give up after 30 s. */
const patienceMs = 20_000;
const lookEveryMs = 1_000;

/** Whether another process may still look at the content of a file. Here one's own waiting is `singleFlight`. */
export function isCheckedElsewhere(deps: Deps, { updatedAt }: DataFile): boolean {
  const { longestRequestSeconds = 0 } = deps.settings;
  return deps.clock().getTime() - Date.parse(updatedAt) < 1000 * longestRequestSeconds;
}

/**
 * What became of the check that another process does.
 * @throws why the file was refused; MRO_BRAIN_STORAGE where that takes longer than one may wait
 */
export async function awaitCheck(deps: Deps, id: string): Promise<DataFile> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const file = await deps.records.data.byId(id);
    if (file?.status === 'available') return file;
    if (file?.status === 'refused') throw refusalOf(file);
    if (!file || performance.now() >= end) {
      throw new MroError('MRO_BRAIN_STORAGE', 'The file is still being looked at.', {
        hint: 'Finish the upload again in a moment: nothing is sent twice.',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Undefined where another process was faster. */
export function unlessConflict(error: unknown): undefined {
  if (error instanceof MroError && error.code === 'MRO_BRAIN_CONFLICT') return undefined;
  throw error;
}

/** Why a file was refused, as it was told then. */
export function refusalOf({ notice }: DataFile): MroError {
  const code: ErrorCode =
    notice && notice.code in errorCatalogue ? (notice.code as ErrorCode) : 'MRO_BRAIN_UPLOAD';
  return new MroError(code, notice?.message ?? 'The file was refused.', { hint: notice?.hint });
}
