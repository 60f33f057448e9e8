import type { Brain } from '@mroptimum/contract';
import { configFolder } from '../../client/folders.ts';
import type { Put } from '../../client/submit.ts';
import { uploadFile } from '../../client/upload.ts';
import { uploadStates } from '../../client/uploadState.ts';
import { interruptible } from '../../interruptible.ts';
import { progressOn } from '../../progress.ts';
import type { Terminal } from '../../terminal.ts';

/**
 * Uploads one file with a bar of its own, and says what the server noticed about it.
 * @param unit in whose account it is to lie (default: where the server keeps its own)
 */
export function uploader(brain: Brain, terminal: Terminal, quiet: boolean, unit?: string): Put {
  return async (path, name) => {
    const progress = progressOn(terminal, quiet);
    if (!quiet) terminal.err(`Uploading ${name}\n`);
    const file = await interruptible(terminal, progress, (signal) =>
      uploadFile(brain, path, {
        name,
        states: uploadStates(configFolder()),
        ...(unit !== undefined && { unit }),
        onProgress: progress.fraction,
        onResume: (done) => {
          if (!quiet) terminal.err(`Going on with an earlier upload, ${Math.floor(100 * done)} % done.\n`);
        },
        signal,
      }),
    );
    if (file.notice) terminal.err(`Note: ${file.notice.message} ${file.notice.hint}\n`);
    return file;
  };
}
