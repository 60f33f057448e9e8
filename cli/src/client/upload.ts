import { hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Brain, type DataFileView, endpoints, MroError, type UploadParts } from '@mroptimum/contract';
import { type UploadStates, uploadKey } from './uploadState.ts';

interface UploadOptions {
  readonly name?: string;
  readonly states: UploadStates;
  /** The unit in whose account the file is to lie (default: where the server keeps its own). */
  readonly unit?: string;
  readonly onProgress?: (fraction: number) => void;
  /** Told when an upload that was interrupted goes on. */
  readonly onResume?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

const atOnce = 3;

/**
 * Puts a file into the library, in parts. What an interrupted upload of the same file left on the server is
 * kept: only missing parts, and parts whose checksum differs, are sent.
 *
 * @throws MroError MRO_CLI_FILE where the file cannot be read, and as the server refuses
 */
export async function uploadFile(brain: Brain, path: string, options: UploadOptions): Promise<DataFileView> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new MroError('MRO_CLI_FILE', `${path} cannot be read.`, { cause });
  });
  try {
    const { size, mtimeMs } = await file.stat();
    if (size === 0) throw new MroError('MRO_CLI_FILE', `${path} is empty.`, { hint: 'Name another file.' });
    const name = options.name ?? basename(path);
    const { states, unit } = options;
    const key = uploadKey(brain.origin, `${resolve(path)}\n${name}`, size, mtimeMs, unit);
    const uploadId = await uploadFor(brain, { name, size, ...(unit !== undefined && { unit }) }, key, states);
    const parts = await sendParts(brain, file, uploadId, options);
    const body = { uploadId, parts };
    const { response } = await brain.call(endpoints.finishUpload, { body, ...withSignal(options) });
    await states.remember(key, undefined);
    return response;
  } finally {
    await file.close();
  }
}

const withSignal = ({ signal }: UploadOptions) => (signal ? { signal } : {});

/** The upload that was interrupted, if the server still has it, or a new one. */
async function uploadFor(
  brain: Brain,
  { name, size, unit }: { name: string; size: number; unit?: string },
  key: string,
  states: UploadStates,
): Promise<string> {
  const earlier = await states.find(key);
  if (earlier !== undefined) {
    const found = await brain.call(endpoints.uploadParts, { params: { id: earlier } }).catch((error) => {
      if (error instanceof MroError && error.code === 'MRO_BRAIN_NOT_FOUND') return undefined;
      throw error;
    });
    if (found) return earlier;
  }
  const place = unit === undefined ? {} : { computing_unit_id: unit };
  const body = { filename: name, filesize: size, checksums: 'sha256' as const, ...place };
  const started = await brain.call(endpoints.startUpload, { body });
  await states.remember(key, started.uploadId);
  return started.uploadId;
}

/** A part as the server is asked to compare it. */
type SentPart = { partNumber: number; sha256: string };

async function sendParts(
  brain: Brain,
  file: FileHandle,
  uploadId: string,
  { onProgress = () => {}, onResume = () => {}, signal }: UploadOptions,
): Promise<SentPart[]> {
  const look = (): Promise<UploadParts> => brain.call(endpoints.uploadParts, { params: { id: uploadId } });
  const state = await look();
  const { size, partSize } = state;
  const count = Math.ceil(size / partSize);
  const there = new Map(state.parts.map((part) => [part.partNumber, part.sha256]));
  const links = new Map(state.missing.map((part) => [part.partNumber, part.url]));
  const sent: SentPart[] = [];
  let done = 0;
  if (there.size > 0) onResume(there.size / count);

  async function send(partNumber: number, memory: Uint8Array<ArrayBuffer>): Promise<void> {
    const offset = (partNumber - 1) * partSize;
    const bytes = memory.subarray(0, Math.min(partSize, size - offset));
    await readPart(file, offset, bytes);
    const sha256 = hash('sha256', bytes, 'hex');
    if (there.get(partNumber) !== sha256) await put(partNumber, bytes, sha256);
    sent.push({ partNumber, sha256 });
    done += bytes.byteLength;
    onProgress(done / size);
  }

  async function put(partNumber: number, bytes: Uint8Array<ArrayBuffer>, sha256: string): Promise<void> {
    // Where the store verifies it, the header is part of what the link is for; else it must not be there.
    const bound = state.checksums ? { sha256 } : {};
    const digest = Buffer.from(sha256, 'hex').toString('base64');
    const headers: Record<string, string> = state.checksums ? { 'x-amz-checksum-sha256': digest } : {};
    for (let renewed = false; ; renewed = true) {
      const given = state.checksums ? undefined : links.get(partNumber);
      const url = given ?? (await partLink(brain, { uploadId, partNumber, ...bound }));
      try {
        const request = { method: 'PUT', url, body: bytes, headers, repeatable: true };
        // Read to its end, so that its connection takes the next part.
        await (await brain.send({ ...request, ...(signal && { signal }) })).arrayBuffer();
        return;
      } catch (error) {
        // Links end; an upload over a slow line asks for new ones.
        if (renewed || !(error instanceof MroError && error.details.status === 403)) throw error;
        links.delete(partNumber);
      }
    }
  }

  const waiting = Array.from({ length: count }, (_, i) => i + 1);
  const worker = async (): Promise<void> => {
    // Used again for each part: a part is sent whole before the next is read.
    const memory = new Uint8Array(Math.min(partSize, size));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next, memory);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return sent.toSorted((a, b) => a.partNumber - b.partNumber);
}

async function partLink(
  brain: Brain,
  part: { readonly uploadId: string; readonly partNumber: number; readonly sha256?: string },
): Promise<string> {
  return (await brain.call(endpoints.presign, { body: { method: 'PUT', ...part } })).url;
}

async function readPart(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let read = 0; read < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, read, bytes.length - read, offset + read);
    if (bytesRead === 0) throw new MroError('MRO_CLI_FILE', 'The file became shorter while it was sent.');
    read += bytesRead;
  }
}
