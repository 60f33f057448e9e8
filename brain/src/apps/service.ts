import { type AppCreate, type AppView, applicationName, MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';

/** This application is always there; others share its computing units. */
export const builtIn: AppView = {
  appId: 'mroptimum',
  name: applicationName,
  description: 'Signal-to-noise, g-factor and noise-covariance maps from raw MRI data',
  launchUrl: '',
  createdAt: '2026-01-01T00:00:00.000Z',
};

const folder = 'apps/';

/**
 * The id of an application that a client names by its id or its name, in any case; ours where none is named.
 * @throws MRO_BRAIN_INVALID for one that is not listed
 */
export async function appIdOf(deps: Deps, named: string | undefined): Promise<string> {
  const wanted = named?.toLowerCase();
  if (wanted === undefined || isBuiltIn(wanted)) return builtIn.appId;
  const known = (await listApps(deps)).find(
    (app) => app.appId === wanted || app.name.toLowerCase() === wanted,
  );
  if (known) return known.appId;
  throw new MroError('MRO_BRAIN_INVALID', `appId: there is no application "${named}".`, {
    hint: `Leave it out for ${applicationName}; GET /api/cloudapp/list names the others.`,
  });
}

const isBuiltIn = (name: string): boolean => name === builtIn.appId || name === builtIn.name.toLowerCase();

/** All applications; they are few and change rarely, so each is one small object. */
export async function listApps(deps: Deps): Promise<AppView[]> {
  const apps = [builtIn];
  for await (const { key } of deps.objects.list(folder)) {
    const app = await readApp(deps, key);
    if (app) apps.push(app);
  }
  return apps;
}

/** @throws MRO_BRAIN_EXISTS where another has that name; MRO_BRAIN_INVALID for a name without letters */
export async function createApp(deps: Deps, { name, description, launchUrl }: AppCreate): Promise<AppView> {
  const appId = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (appId === '') {
    throw new MroError('MRO_BRAIN_INVALID', 'name: letters or digits of the Latin alphabet are needed.');
  }
  const key = `${folder}${appId}.json`;
  if (isBuiltIn(name.toLowerCase()) || isBuiltIn(appId) || (await readApp(deps, key))) {
    throw new MroError('MRO_BRAIN_EXISTS', `There is an application "${name}" already.`);
  }
  const app: AppView = { appId, name, description, launchUrl, createdAt: deps.clock().toISOString() };
  await deps.objects.put(key, new TextEncoder().encode(JSON.stringify(app)));
  return app;
}

async function readApp(deps: Deps, key: string): Promise<AppView | undefined> {
  const source = await deps.objects.open(key);
  if (!source) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as AppView;
  } finally {
    await source.close();
  }
}
