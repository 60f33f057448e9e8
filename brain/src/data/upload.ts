import { randomUUID } from 'node:crypto';
import { MroError, type UploadFinalize, type UploadInitiate, type UploadStarted } from '@mroptimum/contract';
import { visibleUnit } from '../computing-units/service.ts';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { DataFile, Upload, User } from '../entities.ts';
import { checkSize } from '../uploads/plan.ts';
import { checkStorage } from '../uploads/quota.ts';
import { singleFlight } from '../uploads/singleFlight.ts';
import {
  beginUpload,
  differentSum,
  dropUpload,
  joinParts,
  ownUpload,
  partLinks,
} from '../uploads/transfer.ts';
import { awaitCheck, isCheckedElsewhere, refusalOf, unlessConflict } from './checkElsewhere.ts';
import { checkContent } from './content.ts';
import { dataKey, locationOf } from './place.ts';

/**
 * Begins the upload of a file into the library: reserves its bytes and gives links for its parts.
 * @throws MRO_BRAIN_TOO_LARGE, MRO_BRAIN_QUOTA
 */
export async function initiateUpload(
  deps: Deps,
  user: User,
  request: UploadInitiate,
): Promise<UploadStarted> {
  const size = (request.filesize ?? request.file?.size)!;
  checkSize(size, deps.settings.maximumUploadBytes);
  await checkStorage(deps, user, size);
  const id = randomUUID();
  const objectKey = dataKey(user.id, id);
  const unitId = await storingUnit(deps, user, request.computing_unit_id ?? undefined);
  const place = unitId === undefined ? {} : { unitId };
  const upload = await beginUpload(deps, {
    userId: user.id,
    target: { kind: 'data', id },
    objectKey,
    ...place,
    ...(request.checksums && { checksums: true }),
    size,
  });
  const file: DataFile = {
    id,
    userId: user.id,
    filename: (request.filename ?? request.file?.name)!,
    size,
    status: 'uploading',
    objectKey,
    ...place,
    version: 1,
    createdAt: upload.createdAt,
    updatedAt: upload.createdAt,
  };
  await deps.records.data.create(file);
  try {
    // Again with this one counted: several that begin at once must not pass together.
    await checkStorage(deps, user, 0);
  } catch (error) {
    await deps.records.data.delete(id);
    await dropUpload(deps, upload);
    throw error;
  }
  return startedAnswer(deps, upload, file.filename);
}

/**
 * The unit in whose account a file is to lie; undefined where that is the server's own store.
 * @throws MRO_BRAIN_NOT_FOUND
 */
async function storingUnit(deps: Deps, user: User, named: string | undefined): Promise<string | undefined> {
  if (named === undefined) return undefined;
  const unit = await visibleUnit(deps, user, named);
  return deps.stores === undefined || deps.stores.reaches(unit, undefined) ? undefined : unit.id;
}

/** The answer to a begun upload, with the field names that clients have known. */
export async function startedAnswer(deps: Deps, upload: Upload, filename: string): Promise<UploadStarted> {
  return {
    uploadId: upload.id,
    partUrls: await partLinks(deps, upload),
    partSize: upload.partSize,
    Key: upload.objectKey,
    expiresAt: upload.expiresAt,
    response: {
      id: upload.target.id,
      filename,
      onlineLink: '',
      status: 'notavailable',
      md5: '',
      location: locationOf(upload.objectKey),
      created_at: upload.createdAt,
      updated_at: upload.createdAt,
      database: 's3',
    },
  };
}

/**
 * Completes an upload: joins and verifies its parts, looks at the content and for patient identity, and only then
 * shows the file. Asking again, at once or later, gives the same answer.
 *
 * @throws MRO_BRAIN_UPLOAD (the rest can follow), or why the content was refused
 */
export async function finalizeUpload(deps: Deps, userId: string, request: UploadFinalize): Promise<DataFile> {
  const upload = await ownUpload(deps, userId, request.uploadId);
  return singleFlight(upload.id, async () => {
    // Read inside the flight: what an earlier request has just finished is finished for this one too.
    const file = await deps.records.data.byId(upload.target.id);
    if (upload.target.kind === 'data' && file) return finish(deps, upload, file, request);
    throw new MroError('MRO_BRAIN_NOT_FOUND', 'This upload does not belong to a file of your library.');
  });
}

async function finish(deps: Deps, upload: Upload, file: DataFile, told: UploadFinalize): Promise<DataFile> {
  if (file.status === 'available') return file;
  if (file.status === 'refused') throw refusalOf(file);
  if (file.status === 'checking' && isCheckedElsewhere(deps, file)) return awaitCheck(deps, file.id);
  // A check that was interrupted begins again: what it overwrote already has another checksum.
  const joined = file.status === 'checking' ? undefined : await joinParts(deps, upload, told);
  const sha256 = joined?.sha256;
  const now = (): string => deps.clock().toISOString();
  const checking = await deps.records.data
    .update({ ...file, status: 'checking', updatedAt: now() })
    .catch(unlessConflict);
  if (!checking) return awaitCheck(deps, file.id);
  const settle = (changes: Partial<DataFile>): Promise<DataFile> =>
    deps.records.data.update({ ...checking, ...changes, updatedAt: now() });
  const verdict =
    sha256 !== undefined && told.sha256 !== undefined && told.sha256 !== sha256
      ? { refused: differentSum('file') }
      : await checkContent(deps, checking, joined);
  if ('refused' in verdict) {
    const { code, message, hint } = verdict.refused;
    // Its bytes go, so they do not count any more. The record first: one that still waits for its check needs them.
    await settle({ status: 'refused', size: 0, notice: { code, message, hint } });
    await (await storeOf(deps, file.unitId)).delete(file.objectKey);
    deps.log.info({ dataId: file.id, code }, 'upload refused');
    throw verdict.refused;
  }
  const done = await settle({ status: 'available', ...verdict.accepted });
  deps.log.info({ dataId: file.id, size: file.size }, 'upload complete');
  return done;
}
