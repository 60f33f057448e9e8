/** What a link answered; status 0 where nobody did. */
export interface PutAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Puts a piece of a file to a link, telling how many bytes have left. `fetch` does not tell that, hence the
 * older way.
 */
export function put(
  url: string,
  piece: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<PutAnswer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    const end = (answer: PutAnswer): void => {
      signal.removeEventListener('abort', stop);
      resolve(answer);
    };
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => end({ status: request.status, body: request.responseText });
    request.onerror = () => end({ status: 0, body: '' });
    request.onabort = () => end({ status: 0, body: '' });
    signal.addEventListener('abort', stop);
    if (signal.aborted) end({ status: 0, body: '' });
    else request.send(piece);
  });
}
