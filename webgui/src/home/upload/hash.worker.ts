import { digestOf } from './digest.ts';

/** SHA-256 of pieces of a file, beside the page, which stays quick. */
addEventListener('message', async ({ data }: MessageEvent<{ id: number; piece: Blob }>) => {
  try {
    postMessage({ id: data.id, hex: await digestOf(data.piece) });
  } catch (error) {
    postMessage({ id: data.id, error: error instanceof Error ? error.name : 'Error' });
  }
});
