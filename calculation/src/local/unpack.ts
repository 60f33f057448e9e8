import { openBundlePath } from '@mroptimum/bundle/node';
import { MroError } from '@mroptimum/contract';
import { replacingSink } from './io.ts';

/**
 * Unpacks a bundle into a folder, entry by entry as it was checked: no name leaves the folder.
 * @throws MroError MRO_BUNDLE_… where it is no bundle, MRO_JOB_OUTPUT where the folder cannot be written
 */
export async function unpackBundle(zip: string, folder: string): Promise<void> {
  const bundle = await openBundlePath(zip);
  const sink = replacingSink(folder);
  try {
    // info.json comes last: where it is, everything is.
    const names = bundle.files.names.filter((name) => name !== 'info.json');
    for (const name of [...names, 'info.json']) await sink.file(name, await bundle.files.read(name));
    await sink.finish();
  } catch (error) {
    await sink.abort();
    if (error instanceof MroError) throw error;
    throw new MroError('MRO_JOB_OUTPUT', `The result cannot be written to ${folder}.`, { cause: error });
  } finally {
    await bundle.close();
  }
}
