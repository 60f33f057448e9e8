import { type ExecutionInput, MroError, stagedJobKey } from '@mroptimum/contract';
import type { Deps } from '../../deps.ts';
import type { ComputingUnit, DataFile, Pipeline } from '../../entities.ts';
import { changePipeline, failing, stateEvent } from '../../pipelines/change.ts';
import { newLeaseId } from '../../pipelines/keys.ts';
import { companionsOf } from '../../units/hand.ts';
import type { Launcher } from '../launcher.ts';
import type { UnitStores } from '../unitStores.ts';
import { type Account, bucketsOf, cloudOf } from './accounts.ts';
import { describeExecution, executionArn, startExecution, stopExecution } from './executions.ts';
import { openRoleFinding, unitHealth } from './health.ts';
import type { Roles } from './roles.ts';
import { stageJob } from './staging.ts';

export interface LauncherOptions extends Pick<Deps, 'records' | 'clock' | 'log'> {
  readonly stores: UnitStores;
  readonly accountOf: (unit: ComputingUnit) => Account;
  readonly roles: Roles;
}

/** Machines start and images are pulled before anything is computed. */
const startSeconds = 10 * 60;

/** After so long an execution is looked at: twice the estimate, and time to start. */
const leaseSeconds = ({ estimate }: Pipeline): number => startSeconds + 2 * (estimate?.seconds ?? 0);

/**
 * Units in the cloud: a job is staged in the data bucket of the unit, gets a lease, and its state machine is started
 * under the name of that lease. A job that was started twice by accident has one lease, hence one execution.
 */
export function stepFunctionsLauncher(options: LauncherOptions): Launcher {
  const { records, clock, log, stores, accountOf, roles } = options;

  async function prepare(unit: ComputingUnit, pipeline: Pipeline, lease: string): Promise<ExecutionInput> {
    const buckets = bucketsOf(cloudOf(unit));
    const files = await Promise.all(pipeline.inputs.map((id) => records.data.byId(id)));
    const inputs = files.filter((file): file is DataFile => file?.userId === pipeline.userId);
    const reachable = async (file: DataFile) =>
      (await companionsOf({ records }, file)).filter(({ unitId }) => stores.reaches(unit, unitId));
    const staged = await stageJob(pipeline, lease, buckets, inputs, reachable);
    const key = stagedJobKey(lease);
    await stores.of(unit).put(key, new TextEncoder().encode(JSON.stringify(staged)));
    const { estimate } = staged;
    return {
      job: { bucket: buckets.data, key },
      pipeline: pipeline.id,
      lease,
      ...(estimate && { estimate }),
    };
  }

  const take = (unit: ComputingUnit, id: string, lease: string): Promise<Pipeline | undefined> =>
    changePipeline({ records, clock }, id, ['queued'], (current) => ({
      fields: {
        status: 'running',
        attempts: current.attempts + 1,
        progress: 0,
        lease: {
          id: lease,
          worker: executionArn(cloudOf(unit).stateMachineArn, lease),
          expiresAt: new Date(clock().getTime() + 1000 * leaseSeconds(current)).toISOString(),
        },
        startedAt: current.startedAt ?? clock().toISOString(),
      },
      event: stateEvent('running', { attempt: current.attempts + 1 }),
    }));

  return {
    pushes: true,
    start: async (unit, pipeline) => {
      const lease = newLeaseId(pipeline.id);
      const input = await prepare(unit, pipeline, lease);
      const taken = await take(unit, pipeline.id, lease);
      // It was cancelled, or somebody else started it.
      if (!taken) return (await records.pipelines.byId(pipeline.id)) ?? pipeline;
      try {
        await startExecution(accountOf(unit).sfn, cloudOf(unit).stateMachineArn, input);
        return taken;
      } catch (error) {
        log.error({ err: error, pipeline: pipeline.id, unit: unit.id }, 'execution not started');
        const failed = await changePipeline({ records, clock }, pipeline.id, ['running'], (current) =>
          current.lease?.id === lease ? failing({ clock }, notStarted(unit)) : undefined,
        );
        return failed ?? taken;
      }
    },
    describe: async (unit, { lease }) =>
      lease === undefined ? 'unknown' : describeExecution(accountOf(unit).sfn, lease.worker),
    stop: async (unit, { lease }) => {
      if (lease) await stopExecution(accountOf(unit).sfn, lease.worker, 'Stopped by its user.');
    },
    check: (unit) => unitHealth(unit, roles, accountOf),
    admit: async (unit) => {
      const open = await openRoleFinding(roles, unit);
      if (open)
        throw new MroError('MRO_BRAIN_UNIT', `Not registered: ${open.what} is not so.`, {
          hint: open.advice,
        });
    },
  };
}

const notStarted = ({ alias }: ComputingUnit) => ({
  code: 'MRO_BRAIN_UNIT',
  message: `The computing unit ${alias} did not take the job.`,
  hint: 'Check the unit: its health report says what is wrong.',
});
