import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import { createApp } from '../app.ts';
import { rotatingKeys } from '../auth/keys.ts';
import type { Deps, Settings } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import type { DiskObjects } from '../providers/disk/index.ts';
import { diskObjects, fileMail, registerObjectRoutes, sqliteRecords } from '../providers/index.ts';
import { fileKeyStore } from '../providers/keyStore.ts';
import { localLauncher } from '../providers/localLauncher.ts';
import { placesIn } from './places.ts';
import { registerWeb, webFolder } from './web.ts';

/** The whole of a server on one machine, without its network. */
export interface Platform {
  readonly app: OpenAPIHono<Env>;
  readonly deps: Deps;
  readonly disk: DiskObjects;
  close(): Promise<void>;
}

/** Opens what a data folder holds, or begins it. */
export async function openPlatform(folder: string, settings: Settings, log: Logger): Promise<Platform> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const places = placesIn(folder);
  const clock = (): Date => new Date();
  const { origin } = settings;
  const records = sqliteRecords(places.records);
  const disk = diskObjects({ folder: places.objects, origin, secret: await linkSecret(places.linkKey) });
  const deps: Deps = {
    records,
    objects: disk,
    mail: fileMail(places.mail),
    launchers: { local: localLauncher({ clock }) },
    // The name of the server that signs stays the same when its port or address changes.
    keys: rotatingKeys({ store: fileKeyStore(places.signingKeys), issuer: 'mroptimum', clock }),
    settings,
    clock,
    log,
  };
  const app = createApp(deps);
  registerObjectRoutes(app, disk);
  registerWeb(app, origin, webFolder());
  return { app, deps, disk, close: () => records.close() };
}

async function linkSecret(path: string): Promise<string> {
  const store = fileKeyStore(path);
  const known = await store.load();
  if (known !== undefined) return known;
  const made = randomBytes(32).toString('base64url');
  await store.save(made);
  return made;
}
