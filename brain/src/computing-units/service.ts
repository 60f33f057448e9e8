import { MroError, type UnitRegistration } from '@mroptimum/contract';
import { appIdOf, builtIn } from '../apps/service.ts';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, User } from '../entities.ts';
import { changePipeline, failing } from '../pipelines/change.ts';
import { appNamed, callbackSecretOf, newUnit, placeOf } from './place.ts';

export interface Registered {
  readonly unit: ComputingUnit;
  readonly created: boolean;
  /** Whether the secret for callbacks is new. */
  readonly newSecret: boolean;
}

/**
 * Registers a computing unit, or updates the one that is registered for the same place. The external id of a
 * user's own account is made here, once: nobody can guess it, and it stays through updates.
 *
 * @throws MRO_BRAIN_FORBIDDEN, MRO_BRAIN_INVALID; MRO_BRAIN_UNIT for a role that asks for no external id
 */
export async function registerUnit(deps: Deps, user: User, request: UnitRegistration): Promise<Registered> {
  mayRegister(user, request);
  const place = placeOf(request, await appIdOf(deps, appNamed(request)));
  const visible = await deps.records.units.listVisible(user.id);
  const earlier = visible.find(
    (unit) => place.matches(unit) && (unit.ownerId === user.id || request.mode === 'mode1'),
  );
  const given = request.externalId;
  if (earlier && typeof given === 'string' && given !== earlier.cloud?.externalId) {
    throw new MroError('MRO_BRAIN_INVALID', 'externalId: this is not the external id of this unit.', {
      hint: 'Leave it out: the server makes it and keeps it.',
    });
  }
  const at = deps.clock().toISOString();
  const wanted = earlier
    ? {
        ...earlier,
        ...place.fields(earlier),
        ...(request.renewCallbackSecret && { callbackSecret: callbackSecretOf(earlier.id) }),
        updatedAt: at,
      }
    : newUnit({ ...place.fields(undefined), ownerId: user.id, at });
  await deps.launchers[wanted.provider]?.admit?.(wanted);
  const unit = earlier ? await deps.records.units.update(wanted) : wanted;
  if (!earlier) await deps.records.units.create(unit);
  if (unit.isDefault) await onlyDefault(deps, unit, visible);
  return { unit, created: !earlier, newSecret: !earlier || request.renewCallbackSecret };
}

function mayRegister(user: User, { mode, isShared }: UnitRegistration): void {
  if (user.role === 'admin') return;
  if (mode === 'mode1') {
    throw new MroError('MRO_BRAIN_FORBIDDEN', 'Units of mode 1 are registered by administrators.', {
      hint: 'Register your own account as mode 2, or ask an administrator.',
    });
  }
  if (isShared) {
    throw new MroError('MRO_BRAIN_FORBIDDEN', 'Only administrators share units with everybody.', {
      hint: 'Register it without isShared.',
    });
  }
}

/** Of the units of one owner and mode at most one is the default. */
async function onlyDefault(deps: Deps, unit: ComputingUnit, others: readonly ComputingUnit[]): Promise<void> {
  for (const other of others) {
    if (other.id === unit.id || !other.isDefault || other.mode !== unit.mode) continue;
    if (other.ownerId !== unit.ownerId) continue;
    await deps.records.units.update({ ...other, isDefault: false });
  }
}

/** The unit that computes beside the server; made at its first start. */
export async function ensureLocalUnit(deps: Deps, ownerId: string): Promise<ComputingUnit> {
  const known = (await deps.records.units.listVisible(ownerId)).find(
    (unit) => unit.mode === 'local' && unit.ownerId === ownerId,
  );
  if (known) return known;
  const unit = newUnit({
    ownerId,
    at: deps.clock().toISOString(),
    appId: builtIn.appId,
    alias: 'This server',
    mode: 'local',
    provider: 'local',
    isDefault: true,
    isShared: true,
  });
  await deps.records.units.create(unit);
  return unit;
}

/**
 * Whether a worker with this user's token may take jobs of a unit: of his own, so that nobody is handed the data
 * of others; administrators also of the server's.
 */
export const mayServe = (user: User, unit: ComputingUnit): boolean =>
  unit.mode === 'local' && (unit.ownerId === user.id || (unit.isShared && user.role === 'admin'));

/**
 * The unit for which a worker with this user's token takes jobs: the named one, else the default of those that
 * he may serve. A user without any gets one of his own.
 *
 * @throws MRO_BRAIN_NOT_FOUND
 */
export async function servedUnit(deps: Deps, user: User, unitId?: string): Promise<ComputingUnit> {
  const served = (await deps.records.units.listVisible(user.id)).filter((unit) => mayServe(user, unit));
  if (unitId !== undefined) {
    const named = served.find(({ id }) => id === unitId);
    if (!named) throw notFound();
    return named;
  }
  const [first] = served.sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
  if (first) return first;
  const unit = newUnit({
    ownerId: user.id,
    at: deps.clock().toISOString(),
    appId: builtIn.appId,
    alias: 'My computer',
    mode: 'local',
    provider: 'local',
    isDefault: false,
    isShared: false,
  });
  await deps.records.units.create(unit);
  return unit;
}

/** Own units and shared ones. */
export const listUnits = (deps: Deps, user: User): Promise<readonly ComputingUnit[]> =>
  deps.records.units.listVisible(user.id);

/** @throws MRO_BRAIN_NOT_FOUND where the unit is neither the user's nor shared */
export async function visibleUnit(deps: Deps, user: User, id: string): Promise<ComputingUnit> {
  const unit = await deps.records.units.byId(id);
  if (!unit || (unit.ownerId !== user.id && !unit.isShared && user.role !== 'admin')) throw notFound();
  return unit;
}

/** How jobs end whose unit was removed. */
export const unitGone = {
  code: 'MRO_BRAIN_UNIT',
  message: 'The computing unit of this job was removed.',
  hint: 'Queue the task again with another unit.',
};

/** Removes a unit of one's own (administrators: any). Its waiting jobs fail; of running ones nobody hears again. */
export async function deleteUnit(deps: Deps, user: User, id: string): Promise<void> {
  const unit = await visibleUnit(deps, user, id);
  if (unit.ownerId !== user.id && user.role !== 'admin') {
    throw new MroError('MRO_BRAIN_FORBIDDEN', 'This unit belongs to somebody else.', {
      hint: 'Ask an administrator to remove it.',
    });
  }
  await deps.records.units.delete(id);
  for (;;) {
    const waiting = await deps.records.pipelines.queued(id, 100);
    for (const job of waiting) await changePipeline(deps, job.id, ['queued'], () => failing(deps, unitGone));
    if (waiting.length < 100) return;
  }
}

/** Health of a unit, in words; the record remembers whether it is well. */
export async function checkUnit(deps: Deps, user: User, id: string) {
  const unit = await visibleUnit(deps, user, id);
  const launcher = deps.launchers[unit.provider];
  const checks = launcher
    ? await launcher.check(unit)
    : [
        {
          what: `provider ${unit.provider}`,
          ok: false,
          advice: `This server cannot start jobs with the provider "${unit.provider}".`,
        },
      ];
  const ok = checks.every((check) => check.ok);
  const status = ok ? 'ready' : 'unreachable';
  if (launcher?.pushes && unit.status !== 'disabled' && unit.status !== status)
    await deps.records.units.update({ ...unit, status });
  return { computingUnitId: unit.id, ok, checks: [...checks] };
}

const notFound = (): MroError =>
  new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such computing unit for you.', {
    hint: 'Look into the list of computing units.',
  });
