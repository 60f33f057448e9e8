import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  applicationName,
  type EstimateAnswer,
  type Job,
  MroError,
  parseJob,
  type QueueRequest,
} from '@mroptimum/contract';
import { selectUnit } from '../computing-units/select.ts';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, Pipeline, User } from '../entities.ts';
import { announce, changePipeline, failing } from './change.ts';
import { costOf } from './cost.ts';
import { estimateFromFiles } from './estimate.ts';
import { resolveInputs } from './inputs.ts';
import { requireQuota } from './quota.ts';

export interface Queued {
  readonly pipeline: Pipeline;
  readonly unit: ComputingUnit;
}

const reservedId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id for a job that is queued later. */
export const reservePipeline = (): string => randomUUID();

/**
 * Queues a job: reads the task, finds its files in the user's library, chooses the unit. With an idempotency
 * key, or the id of a reservation, a second request gives the job of the first.
 *
 * @throws MRO_TASK_*, MRO_BRAIN_NOT_FOUND (files, unit), MRO_BRAIN_STATE, MRO_BRAIN_QUOTA, MRO_BRAIN_UNIT,
 *   MRO_BRAIN_CONFLICT where the key was used for another task
 */
export async function queueJob(
  deps: Deps,
  user: User,
  request: QueueRequest,
  idempotencyKey?: string,
): Promise<Queued> {
  const reserved = reservedIdOf(request);
  const key = idempotencyKey ?? (reserved && `reserved:${reserved}`);
  const { job, files } = await resolveInputs(deps, user.id, parsedJob(request));
  const earlier = key === undefined ? undefined : await deps.records.pipelines.byIdempotencyKey(user.id, key);
  if (earlier) return repeated(deps, earlier, job);

  const unit = await selectUnit(deps, user, request, files);
  await requireQuota(deps, user, unit.mode);
  const at = deps.clock().toISOString();
  const id = reserved ?? randomUUID();
  const pipeline = await deps.records.pipelines.create({
    id,
    userId: user.id,
    version: 1,
    createdAt: at,
    updatedAt: at,
    alias: request.alias || defaultAlias(files[0]?.filename, job.task.name),
    unitId: unit.id,
    mode: unit.mode,
    status: 'queued',
    job: { ...job, application: applicationName, pipeline: id, user_id: user.id },
    inputs: files.map((file) => file.id),
    ...(key !== undefined && { idempotencyKey: key }),
    attempts: 0,
    estimate: priced(unit, estimateFromFiles(job, files)),
    progress: 0,
    cancelRequested: false,
  });
  if (pipeline.id !== id) return repeated(deps, pipeline, job);
  return { pipeline: await launch(deps, unit, pipeline), unit };
}

/** With its cost, where the unit is paid for by the job. */
const priced = (
  unit: ComputingUnit,
  estimate: NonNullable<Pipeline['estimate']>,
): NonNullable<Pipeline['estimate']> =>
  unit.cloud ? { ...estimate, cost: costOf(unit, estimate) } : estimate;

/**
 * What a job would take at the unit that it would go to.
 * @throws as `queueJob`
 */
export async function estimateJob(deps: Deps, user: User, request: QueueRequest): Promise<EstimateAnswer> {
  const { job, files } = await resolveInputs(deps, user.id, parsedJob(request));
  const unit = await selectUnit(deps, user, request, files);
  const estimate = estimateFromFiles(job, files);
  return {
    ...estimate,
    cost: costOf(unit, estimate),
    fits: unit.capacity === undefined || estimate.bytes <= unit.capacity.memoryBytes,
    computingUnit: { computingUnitId: unit.id, mode: unit.mode, alias: unit.alias },
  };
}

function reservedIdOf({ pipeline }: QueueRequest): string | undefined {
  if (!pipeline) return undefined;
  if (reservedId.test(pipeline)) return pipeline;
  throw new MroError('MRO_BRAIN_INVALID', 'pipeline: expected an id of POST /pipeline/request.');
}

function parsedJob({ task, output, alias }: QueueRequest): Job {
  return parseJob({ task, ...(output != null && { output }), alias });
}

async function repeated(deps: Deps, pipeline: Pipeline, job: Job): Promise<Queued> {
  if (!isDeepStrictEqual(pipeline.job.task, job.task)) {
    throw new MroError('MRO_BRAIN_CONFLICT', 'This idempotency key was used for another task.', {
      hint: 'Use a new key for each job.',
    });
  }
  const unit = await deps.records.units.byId(pipeline.unitId);
  if (!unit) throw new MroError('MRO_BRAIN_UNIT', 'The computing unit of this job was removed.');
  return { pipeline, unit };
}

/** The name that clients have proposed: file and method. */
const defaultAlias = (filename: string | undefined, method: string): string =>
  `${(filename ?? 'job').replace(/\.[^.]*$/, '')}-${method}`;

/** Hands a queued job to its unit; units that pull are woken. */
export async function launch(deps: Deps, unit: ComputingUnit, pipeline: Pipeline): Promise<Pipeline> {
  try {
    const launcher = deps.launchers[unit.provider];
    if (!launcher) {
      throw new MroError('MRO_BRAIN_UNIT', `This server cannot start jobs at "${unit.provider}".`);
    }
    const started = await launcher.start(unit, pipeline);
    announce(deps, started);
    return started;
  } catch (error) {
    if (!(error instanceof MroError)) deps.log.error({ err: error, unit: unit.id }, 'job not started');
    const { code, message, hint } =
      error instanceof MroError
        ? error
        : new MroError('MRO_BRAIN_UNIT', `The computing unit ${unit.alias} did not take the job.`);
    const failed = await changePipeline(deps, pipeline.id, ['queued'], () =>
      failing(deps, { code, message, hint }),
    );
    return failed ?? pipeline;
  }
}
