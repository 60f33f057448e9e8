import { type ErrorCode, MroError, modeOf, type QueueRequest } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, DataFile, Mode, User } from '../entities.ts';
import { reaches } from './stores.ts';

/** What "run it anywhere" means, in this order. */
const preferred: readonly Mode[] = ['local', 'mode1', 'mode2'];

/**
 * The unit that runs a job: the one that is named, else the default of the mode, else the default of all. Only
 * own units and those of the operator are chosen unasked. "mode1", the operator's computing, is this server's
 * local unit where there is no cloud.
 *
 * @param files what the job reads: a unit of another account than the one that holds them cannot
 * @throws MRO_BRAIN_NOT_FOUND, MRO_BRAIN_INVALID, MRO_BRAIN_UNIT
 */
export async function selectUnit(
  deps: Deps,
  user: User,
  request: QueueRequest,
  files: readonly DataFile[],
): Promise<ComputingUnit> {
  const visible = await deps.records.units.listVisible(user.id);
  if (request.computing_unit_id) {
    const named = visible.find(({ id }) => id === request.computing_unit_id);
    if (!named) throw refused('MRO_BRAIN_NOT_FOUND', 'There is no such computing unit for you.');
    const far = files.find((file) => !reaches(deps, named, file));
    if (far) throw outOfReach(named, far);
    return usable(named);
  }
  const wanted = request.mode ?? request.computing_unit_mode ?? undefined;
  const mode = wanted === undefined ? undefined : modeOf(wanted);
  if (wanted !== undefined && mode === undefined) {
    throw new MroError('MRO_BRAIN_INVALID', `mode: expected local, mode1 or mode2, found "${wanted}".`);
  }
  const modes = mode === undefined ? preferred : mode === 'mode1' ? (['mode1', 'local'] as const) : [mode];
  const candidates = visible
    .filter((unit) => unit.status !== 'disabled' && modes.includes(unit.mode))
    .filter((unit) => unit.ownerId === user.id || unit.mode !== 'mode2')
    .sort((one, other) => rank(one, modes, user) - rank(other, modes, user));
  const best = candidates.find((unit) => files.every((file) => reaches(deps, unit, file)));
  const [closest] = candidates;
  const far = closest && files.find((file) => !reaches(deps, closest, file));
  if (!best && far) throw outOfReach(closest, far);
  if (!best) {
    throw refused(
      'MRO_BRAIN_UNIT',
      mode === undefined ? 'There is no computing unit.' : `There is no computing unit of ${mode}.`,
    );
  }
  return best;
}

/** Lower is better: the order of the modes, among units of one mode the default, among those one's own. */
const rank = (unit: ComputingUnit, modes: readonly Mode[], user: User): number =>
  4 * modes.indexOf(unit.mode) + (unit.isDefault ? 0 : 2) + (unit.ownerId === user.id ? 0 : 1);

function usable(unit: ComputingUnit): ComputingUnit {
  if (unit.status === 'disabled')
    throw refused('MRO_BRAIN_UNIT', `The computing unit ${unit.alias} is disabled.`);
  return unit;
}

const outOfReach = ({ alias }: ComputingUnit, { filename }: DataFile): MroError =>
  new MroError(
    'MRO_BRAIN_UNIT',
    `${filename} lies in another account than the computing unit ${alias} reads.`,
    {
      hint: 'Choose the unit of that account, or upload the file again with computing_unit_id of this one.',
    },
  );

const refused = (code: ErrorCode, message: string): MroError =>
  new MroError(code, message, { hint: 'Choose one of the list of computing units, or start one.' });
