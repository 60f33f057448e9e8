/** SHA-256 of pieces of a file, beside the page, which stays quick. */
addEventListener('message', async ({ data }: MessageEvent<{ id: number; piece: Blob }>) => {
  try {
    const digest = await crypto.subtle.digest('SHA-256', await data.piece.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    postMessage({ id: data.id, hex });
  } catch (error) {
    postMessage({ id: data.id, error: error instanceof Error ? error.name : 'Error' });
  }
});
