import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the shared test data, which are no part of the project: MRO_TEST_DATA, else beside the repository. */
const folder = process.env.MRO_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data');

/** Path of a shared test file or folder, undefined (and said so) where it is absent. */
export function sharedFile(...parts: readonly string[]): string | undefined {
  const path = join(folder, ...parts);
  if (existsSync(path)) return path;
  console.log(`Skipped: ${parts.join('/')} is not there (set MRO_TEST_DATA to the folder of test data).`);
  return undefined;
}
