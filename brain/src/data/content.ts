import { type ByteSource, MroError } from '@mroptimum/contract';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';
import type { Objects } from '../providers/objects.ts';
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
 * @param joined what joining its parts told of it; its SHA-256 is found out where nothing was told
 */
export async function checkContent(
  deps: Deps,
  file: DataFile,
  joined?: { readonly sha256: string | undefined },
): Promise<Verdict> {
  const store = await storeOf(deps, file.unitId);
  const source = await opened(store, file);
  try {
    const { summary, raw } = await identify(source);
    const { privacy } = deps.settings;
    const { changed, notice } = raw
      ? await applyPrivacy(privacy, store, file.objectKey, source)
      : { changed: false };
    const sha256 = joined && !changed ? joined.sha256 : await store.sha256(file.objectKey);
    return {
      accepted: { ...(sha256 !== undefined && { sha256 }), summary, ...(notice && { notice }) },
    };
  } catch (error) {
    if (error instanceof MroError && isAboutTheFile(error)) return { refused: error };
    throw error;
  } finally {
    await source.close();
  }
}

/** Other errors are the server's own: the file stays, and finishing can be tried again. */
const isAboutTheFile = ({ code }: MroError): boolean =>
  (code.startsWith('MRO_RAW_') && code !== 'MRO_RAW_READ') || code === 'MRO_BRAIN_PRIVACY';

/** The object under the name that its user knows. */
async function opened(store: Objects, { objectKey, filename }: DataFile): Promise<ByteSource> {
  const source = await store.open(objectKey);
  if (!source) throw new MroError('MRO_BRAIN_UPLOAD', 'The file is gone.', { hint: 'Upload it again.' });
  return {
    name: filename,
    size: source.size,
    ...(source.path !== undefined && { path: source.path }),
    read: (offset, length, into) => source.read(offset, length, into),
    close: () => source.close(),
  };
}
