import { type DataFileView, MroError, type PresignRequest } from '@mroptimum/contract';
import { storeOf, storesOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { DataFile, PageRequest, PipelineStatus } from '../entities.ts';
import { planParts } from '../uploads/plan.ts';
import { dropUpload, linkSeconds, ownUpload, partLink } from '../uploads/transfer.ts';
import { downloadLink, unlessGone } from './place.ts';
import { viewOf } from './view.ts';

/** Lists for clients that know no pages end there. */
const longestList = 10_000;

/** One page of a user's library, newest first. */
export async function listData(
  deps: Deps,
  userId: string,
  page: PageRequest,
): Promise<{ items: DataFileView[]; nextCursor?: string }> {
  const { items, nextCursor } = await deps.records.data.listByUser(userId, page);
  const storeFor = storesOf(deps);
  return {
    items: await Promise.all(items.map((file) => viewOf(deps, file, storeFor))),
    ...(nextCursor !== undefined && { nextCursor }),
  };
}

/** The whole library at once, as older clients read it. */
export async function allData(deps: Deps, userId: string): Promise<DataFileView[]> {
  const files: DataFileView[] = [];
  let cursor: string | undefined;
  do {
    const page = await listData(deps, userId, { limit: 1000, ...(cursor !== undefined && { cursor }) });
    files.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && files.length < longestList);
  return files;
}

/**
 * The file of that id, if it is this user's.
 * @throws MRO_BRAIN_NOT_FOUND
 */
export async function ownFile(deps: Deps, userId: string, id: string): Promise<DataFile> {
  const file = await deps.records.data.byId(id);
  if (file?.userId === userId) return file;
  throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such file in your library.');
}

const extensionOf = (name: string): string | undefined => /[^.]\.([^.\s]+)$/.exec(name)?.[1];

/**
 * Gives a file another name.
 * @throws MRO_BRAIN_INVALID where the name has no extension; MRO_BRAIN_STATE before its upload is complete;
 * MRO_BRAIN_CONFLICT
 */
export async function renameFile(deps: Deps, file: DataFile, filename: string): Promise<DataFile> {
  if (extensionOf(filename) === undefined) {
    const before = extensionOf(file.filename);
    throw new MroError('MRO_BRAIN_INVALID', 'filename: the file extension is missing.', {
      hint:
        before === undefined
          ? 'Add the extension of its format, such as .dat or .h5.'
          : `Add the extension: .${before}`,
    });
  }
  if (file.status === 'uploading' || file.status === 'checking') {
    throw new MroError('MRO_BRAIN_STATE', 'The file can be renamed when its upload is complete.');
  }
  return deps.records.data.update({ ...file, filename, updatedAt: deps.clock().toISOString() });
}

/**
 * Deletes a file, or ends its upload.
 * @throws MRO_BRAIN_STATE while a job that reads it waits or runs
 */
export async function deleteFile(deps: Deps, file: DataFile): Promise<void> {
  for (const status of ['queued', 'running'] as const) {
    const alias = await readerOf(deps, file, status);
    if (alias !== undefined) {
      throw new MroError('MRO_BRAIN_STATE', `The job "${alias}" still needs this file.`, {
        hint: 'Wait until it has ended, or cancel it.',
      });
    }
  }
  // The record first: an object without a record is collected, a record without its object would mislead.
  await deps.records.data.delete(file.id);
  await (await unlessGone(storeOf(deps, file.unitId)))?.delete(file.objectKey);
}

/** Name of a job in that state that reads the file. */
async function readerOf(deps: Deps, file: DataFile, status: PipelineStatus): Promise<string | undefined> {
  let cursor: string | undefined;
  do {
    const page = await deps.records.pipelines.listByUser(file.userId, {
      limit: 500,
      status,
      ...(cursor !== undefined && { cursor }),
    });
    const reader = page.items.find(({ inputs }) => inputs.includes(file.id));
    if (reader) return reader.alias;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return undefined;
}

/**
 * A fresh link: to download a file, or to put a part of an upload.
 * @throws MRO_BRAIN_NOT_FOUND, MRO_BRAIN_STATE, MRO_BRAIN_INVALID
 */
export async function presign(
  deps: Deps,
  userId: string,
  request: PresignRequest,
): Promise<{ url: string; method: 'GET' | 'PUT'; expiresIn: number }> {
  if ('partNumber' in request && typeof request.partNumber === 'number') {
    const upload = await ownUpload(deps, userId, String(request.uploadId));
    const part = planParts(upload.size, upload.partSize)[request.partNumber - 1];
    if (!part) {
      throw new MroError('MRO_BRAIN_INVALID', `partNumber: this upload has no part ${request.partNumber}.`);
    }
    const sha256 = typeof request.sha256 === 'string' ? request.sha256 : undefined;
    return { url: await partLink(deps, upload, part, sha256), method: 'PUT', expiresIn: linkSeconds };
  }
  const file = await ownFile(deps, userId, String(request.id ?? request.fileid));
  if (file.status !== 'available') {
    throw new MroError('MRO_BRAIN_STATE', 'There is nothing to download: the file is not available.');
  }
  return { url: await downloadLink(deps, file), method: 'GET', expiresIn: linkSeconds };
}

/** Ends an upload and forgets what arrived. */
export async function abortUpload(deps: Deps, userId: string, uploadId: string): Promise<void> {
  const upload = await ownUpload(deps, userId, uploadId);
  const file = upload.target.kind === 'data' ? await deps.records.data.byId(upload.target.id) : undefined;
  if (file && file.status !== 'uploading') {
    throw new MroError('MRO_BRAIN_STATE', 'The upload is complete: delete the file instead.');
  }
  if (file) await deps.records.data.delete(file.id);
  await dropUpload(deps, upload);
}
