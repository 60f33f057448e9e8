import { randomUUID } from 'node:crypto';
import { MroError, type RoiUpload, type RoiView } from '@mroptimum/contract';
import { locationOf } from '../data/place.ts';
import type { Deps } from '../deps.ts';
import type { Roi, User } from '../entities.ts';
import { checkSize } from '../uploads/plan.ts';
import { checkStorage } from '../uploads/quota.ts';
import { linkSeconds } from '../uploads/transfer.ts';

/** Drawings are label maps, zipped: some kilobytes. */
export const largestRoi = 64 * 2 ** 20;
const mostRois = 1000;

/**
 * Regions of a job, those that have arrived.
 * @param pipelineId a job that was found to be this user's
 */
export async function listRois(deps: Deps, pipelineId: string): Promise<RoiView[]> {
  const rois = await deps.records.rois.listByPipeline(pipelineId);
  const views = await Promise.all(rois.map((roi) => viewOf(deps, roi)));
  return views.filter((view) => view !== undefined);
}

async function viewOf(deps: Deps, roi: Roi): Promise<RoiView | undefined> {
  const stored = await deps.objects.open(roi.objectKey);
  if (!stored) return undefined;
  await stored.close();
  // Not every store can limit what a link without a size takes.
  if (stored.size > largestRoi) return undefined;
  return {
    id: roi.id,
    filename: roi.filename,
    link: await downloadLink(deps, roi),
    location: locationOf(roi.objectKey),
    size: stored.size,
    md5: '',
    status: 'available',
    database: 's3',
    type: roi.type,
    ...(roi.data && { data: roi.data }),
    created_at: roi.createdAt,
    updated_at: roi.updatedAt,
    pivot: { pipeline_id: roi.pipelineId, roi_id: roi.id },
  };
}

const downloadLink = (deps: Deps, { objectKey, filename }: Roi): Promise<string> =>
  deps.objects.link({ method: 'GET', key: objectKey, expiresInSeconds: linkSeconds, filename });

/**
 * Begins to store a region of a job: the answer says where its file is put.
 * @throws MRO_BRAIN_TOO_LARGE, MRO_BRAIN_QUOTA
 */
export async function startRoi(
  deps: Deps,
  user: User,
  request: RoiUpload,
): Promise<{ id: string; upload_url: string; access_url: string }> {
  const { size = 0 } = request;
  checkSize(size, largestRoi);
  await checkStorage(deps, user, size);
  if ((await deps.records.rois.listByPipeline(request.pipeline_id)).length >= mostRois) {
    throw new MroError('MRO_BRAIN_QUOTA', `A job may have ${mostRois} stored regions.`, {
      hint: 'Delete regions that are no longer needed.',
    });
  }
  const id = randomUUID();
  const now = deps.clock().toISOString();
  const roi: Roi = {
    id,
    userId: user.id,
    pipelineId: request.pipeline_id,
    filename: request.filename,
    type: request.type,
    contentType: request.contentType,
    objectKey: `rois/${request.pipeline_id}/${id}`,
    size,
    ...(request.data && { data: request.data }),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await deps.records.rois.create(roi);
  const upload = await deps.objects.link({
    method: 'PUT',
    key: roi.objectKey,
    expiresInSeconds: linkSeconds,
    ...(request.size === undefined ? { maximumSize: largestRoi } : { size: request.size }),
  });
  return { id, upload_url: upload, access_url: await downloadLink(deps, roi) };
}

/** @throws MRO_BRAIN_NOT_FOUND where there is none, or it is somebody else's */
export async function deleteRoi(deps: Deps, userId: string, id: string): Promise<void> {
  const roi = await deps.records.rois.byId(id);
  if (roi?.userId !== userId) {
    throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such region for you.');
  }
  await deps.records.rois.delete(id);
  await deps.objects.delete(roi.objectKey);
}
