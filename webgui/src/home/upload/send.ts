import { type Brain, type DataFileView, endpoints, MroError } from '@mroptimum/contract';
import { z } from 'zod';
import { sha256Of } from './hash.ts';
import { put } from './put.ts';

export interface SendOptions {
  /** Bytes that have left, those of an earlier visit included. */
  readonly onSent: (bytes: number) => void;
  /** The server does not answer (true), or does again. */
  readonly onOffline: (offline: boolean) => void;
  /** Everything has arrived; the server joins the parts and looks at the content. */
  readonly onChecking: () => void;
  readonly signal: AbortSignal;
}

const atOnce = 3;
const longestPause = 10_000;

/**
 * Sends what is missing of an upload, then completes it. Parts that arrived before are compared by their
 * checksums and sent again only where they differ. Where the server is away it waits, as long as it takes.
 *
 * @returns the file as the library has it: available, or refused with a notice
 * @throws MroError as the server refuses; MRO_JOB_ABORTED where the signal came
 */
export async function sendFile(
  brain: Brain,
  uploadId: string,
  file: File,
  options: SendOptions,
): Promise<DataFileView> {
  const { signal, onSent } = options;
  const state = await patiently(options, () =>
    brain.call(endpoints.uploadParts, { params: { id: uploadId }, signal }),
  );
  const { size, partSize } = state;
  const there = new Map(state.parts.map(({ partNumber, sha256 }) => [partNumber, sha256]));
  const links = new Map(state.missing.map(({ partNumber, url }) => [partNumber, url]));
  const count = Math.ceil(size / partSize);
  const sent = new Map<number, number>();
  const tell = (partNumber: number, bytes: number): void => {
    sent.set(partNumber, bytes);
    onSent([...sent.values()].reduce((sum, value) => sum + value, 0));
  };
  const sums: { partNumber: number; sha256?: string }[] = [];

  async function sendPart(partNumber: number): Promise<void> {
    const piece = file.slice((partNumber - 1) * partSize, Math.min(size, partNumber * partSize));
    const sha256 = await sha256Of(piece);
    sums.push({ partNumber, ...(sha256 !== undefined && { sha256 }) });
    const known = there.get(partNumber);
    const arrived = known !== undefined && (sha256 === undefined || known === sha256);
    if (!arrived) await putPart(partNumber, piece, state.checksums ? sha256 : undefined);
    tell(partNumber, piece.size);
  }

  /** @param sha256 which the store verifies; the header is part of what the link is for */
  async function putPart(partNumber: number, piece: Blob, sha256: string | undefined): Promise<void> {
    const headers: Record<string, string> =
      sha256 === undefined ? {} : { 'x-amz-checksum-sha256': base64Of(sha256) };
    for (let attempt = 0; ; attempt += 1) {
      stopWhenAsked(signal);
      const url = links.get(partNumber) || (await freshLink(partNumber, sha256));
      const told = (bytes: number): void => tell(partNumber, bytes);
      const { status, body } = await put(url, piece, told, signal, headers);
      stopWhenAsked(signal);
      options.onOffline(isPassing(status));
      if (status >= 200 && status < 300) return;
      tell(partNumber, 0);
      // Links end after an hour; a fresh one is asked for once at a time.
      links.delete(partNumber);
      if (!isPassing(status) && !(status === 403 && attempt < 3)) throw refusalOf(status, body);
      if (isPassing(status)) await pause(attempt, signal);
    }
  }

  const freshLink = async (partNumber: number, sha256: string | undefined): Promise<string> => {
    const bound = sha256 === undefined ? {} : { sha256 };
    const body = { method: 'PUT', uploadId, partNumber, ...bound } as const;
    return (await patiently(options, () => brain.call(endpoints.presign, { body, signal }))).url;
  };

  const waiting = Array.from({ length: count }, (_, i) => i + 1);
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await sendPart(next);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  options.onChecking();
  const parts = sums.toSorted((a, b) => a.partNumber - b.partNumber);
  const finished = await patiently(options, () =>
    brain.call(endpoints.finishUpload, { body: { uploadId, parts }, signal }),
  );
  return finished.response;
}

/** As the store wants it. */
const base64Of = (hex: string): string =>
  btoa(hex.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))));

const isPassing = (status: number): boolean => status === 0 || status === 429 || status >= 500;

/** Asks again while nobody answers. */
export async function patiently<T>(
  { onOffline, signal }: Pick<SendOptions, 'onOffline' | 'signal'>,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await ask();
      onOffline(false);
      return answer;
    } catch (error) {
      stopWhenAsked(signal);
      if (!(error instanceof MroError) || error.code !== 'MRO_CLI_SERVER') throw error;
      onOffline(true);
      await pause(attempt, signal);
    }
  }
}

function stopWhenAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new MroError('MRO_JOB_ABORTED', 'Stopped.');
}

/** 0.5, 1, 2 … s; ends early where the signal comes. */
const pause = (attempt: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(longestPause, 500 * 2 ** attempt));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

const problemSchema = z.object({ error: z.object({ message: z.string(), hint: z.string() }) });

function refusalOf(status: number, body: string): MroError {
  const code = status === 403 ? 'MRO_BRAIN_LINK' : 'MRO_BRAIN_UPLOAD';
  try {
    const { error } = problemSchema.parse(JSON.parse(body));
    return new MroError(code, error.message, { hint: error.hint });
  } catch {
    return new MroError(code, `A part of the file was refused (${status}).`);
  }
}
