import { randomUUID } from 'node:crypto';
import {
  MroError,
  type PresetCreate,
  type PresetUpdate,
  type PresetView,
  presetSettings,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Preset, User } from '../entities.ts';

const mostPresets = 200;

/** Own presets and those that others share, by name. */
export async function listPresets(deps: Deps, user: User): Promise<PresetView[]> {
  const presets = await deps.records.presets.listVisible(user.id);
  return presets
    .map((preset) => presetView(preset, user))
    .sort((one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id));
}

/**
 * Keeps settings under a name; files, names of jobs and places are left out of them.
 * @throws MRO_TASK_*, MRO_BRAIN_EXISTS where the user has one of that name, MRO_BRAIN_QUOTA
 */
export async function createPreset(deps: Deps, user: User, request: PresetCreate): Promise<PresetView> {
  const settings = presetSettings(request.settings);
  const own = await ownPresets(deps, user);
  if (own.length >= mostPresets) {
    throw new MroError('MRO_BRAIN_QUOTA', `An account may keep ${mostPresets} presets.`, {
      hint: 'Delete presets that are no longer needed.',
    });
  }
  checkName(own, request.name);
  const at = deps.clock().toISOString();
  const preset: Preset = {
    id: randomUUID(),
    userId: user.id,
    name: request.name,
    settings,
    isShared: request.isShared,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  await deps.records.presets.create(preset);
  return presetView(preset, user);
}

/** @throws MRO_BRAIN_NOT_FOUND where it is not the user's own, MRO_TASK_*, MRO_BRAIN_EXISTS */
export async function updatePreset(deps: Deps, user: User, request: PresetUpdate): Promise<PresetView> {
  const own = await ownPresets(deps, user);
  const known = own.find(({ id }) => id === request.id);
  if (!known) throw notFound();
  const others = own.filter(({ id }) => id !== known.id);
  if (request.name !== undefined) checkName(others, request.name);
  const { name = known.name, isShared = known.isShared } = request;
  const settings = request.settings === undefined ? known.settings : presetSettings(request.settings);
  const changed = { ...known, name, isShared, settings, updatedAt: deps.clock().toISOString() };
  return presetView(await deps.records.presets.update(changed), user);
}

/** Own ones; administrators also what others share. @throws MRO_BRAIN_NOT_FOUND */
export async function deletePreset(deps: Deps, user: User, id: string): Promise<void> {
  const preset = await deps.records.presets.byId(id);
  const may = preset?.userId === user.id || (preset?.isShared === true && user.role === 'admin');
  if (!may) throw notFound();
  await deps.records.presets.delete(id);
}

const ownPresets = async (deps: Deps, user: User): Promise<readonly Preset[]> =>
  (await deps.records.presets.listVisible(user.id)).filter(({ userId }) => userId === user.id);

function checkName(own: readonly Preset[], name: string): void {
  if (!own.some((preset) => preset.name.toLowerCase() === name.toLowerCase())) return;
  throw new MroError('MRO_BRAIN_EXISTS', `You have a preset "${name}" already.`, {
    hint: 'Choose another name, or change the one that is there.',
  });
}

const presetView = (preset: Preset, user: User): PresetView => ({
  id: preset.id,
  name: preset.name,
  settings: preset.settings,
  isShared: preset.isShared,
  isOwn: preset.userId === user.id,
  createdAt: preset.createdAt,
  updatedAt: preset.updatedAt,
});

const notFound = (): MroError => new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such preset for you.');
