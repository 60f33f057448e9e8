import { randomUUID } from 'node:crypto';
import {
  type BundleInfo,
  type Job,
  jobSchema,
  MroError,
  parseJob,
  type UploadFinalize,
  type UploadInitiate,
  type UploadStarted,
} from '@mroptimum/contract';
import { noUnit } from '../computing-units/stores.ts';
import { startedAnswer } from '../data/upload.ts';
import type { Deps } from '../deps.ts';
import type { Pipeline, Upload, User } from '../entities.ts';
import { checkSize } from '../uploads/plan.ts';
import { checkStorage } from '../uploads/quota.ts';
import { singleFlight } from '../uploads/singleFlight.ts';
import { beginUpload, differentSum, dropUpload, joinParts, ownUpload } from '../uploads/transfer.ts';
import { type VerifiedBundle, verifyBundle } from './verify.ts';

/** Archives end there. */
const largestBundle = 2 ** 32;

/**
 * Begins the upload of a result bundle that was made elsewhere.
 * @throws MRO_BRAIN_TOO_LARGE, MRO_BRAIN_QUOTA
 */
export async function initiateResult(
  deps: Deps,
  user: User,
  request: UploadInitiate & { readonly alias?: string | undefined },
): Promise<UploadStarted> {
  const size = (request.filesize ?? request.file?.size)!;
  const filename = (request.filename ?? request.file?.name)!;
  checkSize(size, Math.min(largestBundle, deps.settings.maximumUploadBytes));
  await checkStorage(deps, user, size + (await uploadedBytes(deps, user.id)));
  const id = randomUUID();
  const upload = await beginUpload(deps, {
    userId: user.id,
    target: { kind: 'result', id },
    objectKey: `results/${id}/own.zip`,
    ...(request.checksums && { checksums: true }),
    name: request.alias?.trim() || filename.replace(/\.zip$/i, ''),
    size,
  });
  return startedAnswer(deps, upload, filename);
}

/** Bytes of the bundles that a user brought; this walks his jobs, and bundles are brought rarely. */
async function uploadedBytes(deps: Deps, userId: string): Promise<number> {
  let bytes = 0;
  let cursor: string | undefined;
  do {
    const page = { limit: 500, status: 'completed' as const, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor } = await deps.records.pipelines.listByUser(userId, page);
    for (const { unitId, result } of items) if (unitId === noUnit) bytes += Number(result?.size ?? 0);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return bytes;
}

/**
 * Completes it: the bundle is verified and becomes a completed job. Asking again gives the same job.
 * @throws MRO_BRAIN_UPLOAD (the rest can follow); MRO_BUNDLE_… or MRO_BRAIN_QUOTA where it is refused, and then nothing is left of it
 */
export async function finalizeResult(deps: Deps, user: User, request: UploadFinalize): Promise<Pipeline> {
  const upload = await ownUpload(deps, user.id, request.uploadId);
  if (upload.target.kind !== 'result') {
    throw new MroError('MRO_BRAIN_NOT_FOUND', 'This upload is no result bundle.');
  }
  return singleFlight(upload.id, async () => {
    const earlier = await deps.records.pipelines.byId(upload.target.id);
    return earlier ?? adopt(deps, user, upload, request);
  });
}

async function adopt(deps: Deps, user: User, upload: Upload, told: UploadFinalize): Promise<Pipeline> {
  const { sha256 } = await joinParts(deps, upload, told);
  try {
    if (told.sha256 !== undefined && sha256 !== undefined && told.sha256 !== sha256) {
      throw differentSum('bundle');
    }
    // Again: several that began at once may not pass together.
    await checkStorage(deps, user, upload.size + (await uploadedBytes(deps, user.id)));
    const bundle = await verifyBundle(deps, upload.objectKey);
    if (bundle.failure) {
      throw new MroError('MRO_BUNDLE_FORMAT', 'This is the bundle of a calculation that failed.', {
        hint: bundle.failure.hint,
      });
    }
    return await deps.records.pipelines.create(completed(deps, upload, bundle));
  } catch (error) {
    if (error instanceof MroError && isAboutTheBundle(error)) {
      await deps.objects.delete(upload.objectKey);
      await dropUpload(deps, upload);
    }
    throw error;
  }
}

const isAboutTheBundle = ({ code }: MroError): boolean =>
  code.startsWith('MRO_BUNDLE_') || code === 'MRO_BRAIN_UPLOAD' || code === 'MRO_BRAIN_QUOTA';

function completed(deps: Deps, upload: Upload, { info, summary }: VerifiedBundle): Pipeline {
  const now = deps.clock().toISOString();
  const alias = upload.name ?? 'Uploaded result';
  return {
    id: upload.target.id,
    userId: upload.userId,
    alias,
    unitId: noUnit,
    mode: 'local',
    status: 'completed',
    job: jobOf(info, alias),
    inputs: [],
    attempts: 0,
    progress: 1,
    cancelRequested: false,
    finishedAt: now,
    resultKey: upload.objectKey,
    result: { ...summary },
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** The job as the bundle tells it; of bundles that tell none that is understood, what is known of it. */
function jobOf({ headers, info }: BundleInfo, alias: string): Job {
  try {
    return { ...parseJob(headers.options), alias };
  } catch {
    const signal = { type: 'file', options: { type: 'local', filename: 'not recorded' } };
    const reconstructor = { name: info.reconstruction ?? 'rss', options: { signal } };
    const task = { version: 'v0', name: info.method ?? 'ac', options: { reconstructor } };
    const plain = { ...task, name: 'ac', options: { reconstructor: { name: 'rss', options: { signal } } } };
    const output = { coilsensitivity: false, gfactor: false, matlab: false };
    const told = jobSchema.safeParse({ task, output, alias });
    return told.success ? told.data : jobSchema.parse({ task: plain, output, alias });
  }
}
