import { MroError, type UploadFinalize, type UploadParts } from '@mroptimum/contract';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { Upload } from '../entities.ts';
import type { StoredPart } from '../providers/objects.ts';
import { checkSize, type PlannedPart, partSizeOf, planParts } from './plan.ts';

/** Links to parts and files work that long; fresh ones are given on request. */
export const linkSeconds = 3600;
/** An interrupted upload can be resumed that long. */
const uploadDays = 3;

/** What an upload is for. */
export interface UploadPurpose {
  readonly userId: string;
  readonly target: Upload['target'];
  readonly objectKey: string;
  readonly size: number;
  readonly unitId?: string;
  readonly checksums?: boolean;
  /** Name for people, where what it becomes is made only at the end. */
  readonly name?: string;
}

/**
 * Begins an upload: parts can be put from now on.
 * @throws MRO_BRAIN_TOO_LARGE
 */
export async function beginUpload(deps: Deps, purpose: UploadPurpose): Promise<Upload> {
  checkSize(purpose.size, deps.settings.maximumUploadBytes);
  const partSize = partSizeOf(purpose.size);
  const now = deps.clock();
  const { objectKey, size, unitId, checksums = false } = purpose;
  const store = await storeOf(deps, unitId);
  const upload: Upload = {
    ...purpose,
    id: await store.startMultipart(objectKey, size, partSize, checksums),
    partSize,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + uploadDays * 86_400_000).toISOString(),
  };
  await deps.records.uploads.create(upload);
  return upload;
}

/**
 * A link that takes exactly one part.
 * @throws MRO_BRAIN_INVALID where the upload has checksums and `sha256` is missing, or the other way round
 */
export async function partLink(
  deps: Deps,
  upload: Upload,
  part: PlannedPart,
  sha256?: string,
): Promise<string> {
  if ((sha256 !== undefined) !== (upload.checksums ?? false)) {
    const said = upload.checksums ? 'missing; this upload was begun with checksums' : 'this upload has none';
    throw new MroError('MRO_BRAIN_INVALID', `sha256: ${said}.`, {
      hint: 'Say checksums: "sha256" when an upload begins, and give each part’s SHA-256 for its link.',
    });
  }
  const store = await storeOf(deps, upload.unitId);
  return store.link({
    method: 'PUT',
    key: upload.objectKey,
    expiresInSeconds: linkSeconds,
    size: part.size,
    part: { uploadId: upload.id, number: part.number },
    ...(sha256 !== undefined && { sha256 }),
  });
}

/** Links for all parts, in order; none where each needs the checksum of its part. */
export async function partLinks(deps: Deps, upload: Upload): Promise<string[]> {
  if (upload.checksums) return [];
  return Promise.all(planParts(upload.size, upload.partSize).map((part) => partLink(deps, upload, part)));
}

/**
 * The upload of that id, if it is this user's.
 * @throws MRO_BRAIN_NOT_FOUND
 */
export async function ownUpload(deps: Deps, userId: string, id: string): Promise<Upload> {
  const upload = await deps.records.uploads.byId(id);
  if (upload?.userId === userId) return upload;
  throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such upload.', {
    hint: 'It may have expired: begin it again.',
  });
}

/** What has arrived of an upload, and fresh links for the rest. */
export async function uploadParts(deps: Deps, upload: Upload): Promise<UploadParts> {
  const { present, missing } = await compare(deps, upload);
  return {
    uploadId: upload.id,
    size: upload.size,
    partSize: upload.partSize,
    expiresAt: upload.expiresAt,
    checksums: upload.checksums ?? false,
    parts: present.map(({ number, size, sha256 }) => ({
      partNumber: number,
      size,
      ...(sha256 !== undefined && { sha256 }),
    })),
    missing: await Promise.all(
      missing.map(async (part) => ({
        partNumber: part.number,
        size: part.size,
        url: upload.checksums ? '' : await partLink(deps, upload, part),
      })),
    ),
  };
}

/** Parts that arrived whole, and those that did not. */
async function compare(deps: Deps, upload: Upload) {
  const planned = planParts(upload.size, upload.partSize);
  const stored = new Map(
    (await (await storeOf(deps, upload.unitId)).parts(upload.objectKey, upload.id)).map((part) => [
      part.number,
      part,
    ]),
  );
  const present: StoredPart[] = [];
  const missing: PlannedPart[] = [];
  for (const part of planned) {
    const found = stored.get(part.number);
    if (found?.size === part.size) present.push(found);
    else missing.push(part);
  }
  return { present, missing };
}

/**
 * Joins the parts to an object, after all of them are there and their checksums are what the client says. Joining
 * again what was joined before (the server stopped in between) gives the same answer.
 *
 * @throws MRO_BRAIN_UPLOAD; parts that arrived stay, so that the rest can follow
 */
export async function joinParts(
  deps: Deps,
  upload: Upload,
  told: Pick<UploadFinalize, 'parts'>,
): Promise<{ size: number; sha256: string | undefined }> {
  const store = await storeOf(deps, upload.unitId);
  const joined = await store.open(upload.objectKey);
  if (joined) {
    await joined.close();
    return { size: joined.size, sha256: await store.sha256(upload.objectKey) };
  }
  const { present, missing } = await compare(deps, upload);
  if (missing.length > 0) {
    const numbers = missing.map(({ number }) => number);
    throw new MroError(
      'MRO_BRAIN_UPLOAD',
      `${missing.length} of ${missing.length + present.length} parts are missing: ${listed(numbers)}.`,
      { details: { missing: numbers.slice(0, 100) } },
    );
  }
  const damaged = present.filter((part) => differs(part, told)).map(({ number }) => number);
  if (damaged.length > 0) {
    throw new MroError(
      'MRO_BRAIN_UPLOAD',
      `Parts arrived with another checksum than was sent: ${listed(damaged)}.`,
      { hint: 'Upload these parts again, then finish again.', details: { damaged: damaged.slice(0, 100) } },
    );
  }
  return store.completeMultipart(upload.objectKey, upload.id, present);
}

/** Why what was joined is not kept: it is not what the client says that it sent. */
export const differentSum = (what: 'file' | 'bundle'): MroError =>
  new MroError('MRO_BRAIN_UPLOAD', `The ${what} arrived with another SHA-256 than was sent.`, {
    hint: 'It was not kept: upload it again.',
  });

const listed = (numbers: readonly number[]): string =>
  numbers.slice(0, 10).join(', ') + (numbers.length > 10 ? ' and others' : '');

/** Whether a client knows another checksum of a part. Its ETag is compared where it is a SHA-256. */
function differs(part: StoredPart, { parts }: Pick<UploadFinalize, 'parts'>): boolean {
  const told = parts?.find(({ partNumber }) => partNumber === part.number);
  const etag = told?.etag?.replace(/^W\/|"/g, '').toLowerCase();
  const known = told?.sha256 ?? (etag && /^[0-9a-f]{64}$/.test(etag) ? etag : undefined);
  return known !== undefined && part.sha256 !== undefined && known !== part.sha256.toLowerCase();
}

/** Forgets an upload and its parts. The store may have cleared them away already. */
export async function dropUpload(deps: Deps, upload: Upload): Promise<void> {
  const store = await storeOf(deps, upload.unitId);
  await store.abortMultipart(upload.objectKey, upload.id).catch((error: unknown) => {
    if (!(error instanceof MroError) || error.code !== 'MRO_BRAIN_NOT_FOUND') throw error;
  });
  await deps.records.uploads.delete(upload.id);
}
