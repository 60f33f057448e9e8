import { type ByteSource, MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';
import { hashObject } from '../uploads/hash.ts';
import { identify } from './identify.ts';
import { applyPrivacy } from './privacy.ts';

/** What became of a complete file. */
export type Verdict =
  | { readonly accepted: Pick<DataFile, 'sha256' | 'summary' | 'notice'> }
  | { readonly refused: MroError };

/**
 * Looks at a complete object by its content, whatever its name says: is it something a job can read, and does it
 * identify a patient?
 *
 * @param sha256 of the object, where it is known already
 */
export async function checkContent(deps: Deps, file: DataFile, sha256?: string): Promise<Verdict> {
  const source = await opened(deps, file);
  try {
    const { summary, raw } = await identify(source);
    const { changed, notice } = raw ? await applyPrivacy(deps, file.objectKey, source) : { changed: false };
    const hash = sha256 === undefined || changed ? await hashOf(deps, file) : sha256;
    return { accepted: { sha256: hash, summary, ...(notice && { notice }) } };
  } catch (error) {
    if (error instanceof MroError && isAboutTheFile(error)) return { refused: error };
    throw error;
  } finally {
    await source.close();
  }
}

async function hashOf(deps: Deps, file: DataFile): Promise<string> {
  const source = await opened(deps, file);
  return (await hashObject(source).finally(() => source.close())).sha256;
}

/** Other errors are the server's own: the file stays, and finishing can be tried again. */
const isAboutTheFile = ({ code }: MroError): boolean =>
  (code.startsWith('MRO_RAW_') && code !== 'MRO_RAW_READ') || code === 'MRO_BRAIN_PRIVACY';

/** The object under the name that its user knows. */
async function opened(deps: Deps, { objectKey, filename }: DataFile): Promise<ByteSource> {
  const source = await deps.objects.open(objectKey);
  if (!source) throw new MroError('MRO_BRAIN_UPLOAD', 'The file is gone.', { hint: 'Upload it again.' });
  return {
    name: filename,
    size: source.size,
    ...(source.path !== undefined && { path: source.path }),
    read: (offset, length, into) => source.read(offset, length, into),
    close: () => source.close(),
  };
}
