import { type FileRef, fileLabel, type Job, MroError, type Task } from '@mroptimum/contract';
import { bucketName, dataIdOfKey } from '../data/place.ts';
import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';

/** A job whose files are those of the library, and these files. */
export interface ResolvedJob {
  readonly job: Job;
  readonly files: readonly DataFile[];
}

/**
 * Finds the library files that a job reads: by their id, or by the key that the library listed. The references
 * then name these files alone; addresses that came with them are dropped.
 *
 * @throws MRO_BRAIN_NOT_FOUND for what the user has not got, MRO_BRAIN_STATE for what is not complete
 */
export async function resolveInputs(deps: Deps, userId: string, job: Job): Promise<ResolvedJob> {
  const task = structuredClone(job.task);
  const files = new Map<string, DataFile>();
  for (const [path, file] of filesOf(task)) {
    const found = await libraryFile(deps, userId, file);
    if (!found) {
      throw new MroError('MRO_BRAIN_NOT_FOUND', `${path}: ${fileLabel(file)} is not in your library.`, {
        hint: 'Upload the file, then choose it from the library.',
        details: { path },
      });
    }
    if (found.status !== 'available') {
      throw new MroError(
        'MRO_BRAIN_STATE',
        `${path}: ${found.filename} ${found.status === 'refused' ? 'was refused' : 'is not complete yet'}.`,
        { hint: 'Finish its upload, or choose another file.', details: { path } },
      );
    }
    files.set(found.id, found);
    file.id = found.id;
    Object.assign(file.options, {
      type: 's3',
      bucket: bucketName,
      key: found.objectKey,
      filename: found.filename,
    });
    delete file.options.presigned_url;
  }
  return { job: { ...job, task }, files: [...files.values()] };
}

/** The files that a task reads, with the paths of their fields. */
export function filesOf(task: Task): readonly (readonly [path: string, file: FileRef])[] {
  const { signal, noise, sensitivityMap, mask, correction } = task.options.reconstructor.options;
  const base = 'task.options.reconstructor.options';
  const maps = sensitivityMap?.options;
  const external = maps?.sensitivityMapMethod === 'upload' || maps?.sensitivityMapMethod === 'bodycoil';
  const candidates: readonly (readonly [string, FileRef | undefined])[] = [
    [`${base}.signal`, signal],
    [`${base}.noise`, noise],
    [
      `${base}.sensitivityMap.options.sensitivityMapSource`,
      external || maps?.loadSensitivity ? maps?.sensitivityMapSource : undefined,
    ],
    [`${base}.sensitivityMap.options.mask.file`, maps?.mask.method === 'upload' ? maps.mask.file : undefined],
    [`${base}.mask.file`, mask?.method === 'upload' ? mask.file : undefined],
    [`${base}.correction.faCorrection`, correction?.useCorrection ? correction.faCorrection : undefined],
  ];
  return candidates.flatMap(([path, file]) => (file ? [[path, file] as const] : []));
}

/** Ids are long; the small numbers that older clients put there mean nothing. */
async function libraryFile(
  deps: Deps,
  userId: string,
  { id, options }: FileRef,
): Promise<DataFile | undefined> {
  const { key } = options;
  const byKey = key === undefined ? undefined : dataIdOfKey(key);
  for (const candidate of [byKey, id]) {
    if (typeof candidate !== 'string' || candidate.length < 8) continue;
    const file = await deps.records.data.byId(candidate);
    if (file?.userId === userId && (candidate === id || file.objectKey === key)) return file;
  }
  return undefined;
}
