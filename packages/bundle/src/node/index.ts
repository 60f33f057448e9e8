/** What needs a disk; `@mroptimum/bundle` itself runs in browsers too. */
export { folderFiles, folderSink } from './folder.ts';
export { makeFolder } from './makeFolder.ts';
export { openBundlePath } from './open.ts';
export { zipFileSink } from './zipFile.ts';
