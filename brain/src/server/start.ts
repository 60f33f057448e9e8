import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { ensureAdministrator } from '../auth/administrator.ts';
import { collectAbandoned, collectOrphans } from '../data/collect.ts';
import { watcher } from '../units/watch.ts';
import { lockFolder } from './lock.ts';
import { listen } from './network.ts';
import type { ServerOptions } from './options.ts';
import { openPlatform, type Platform } from './platform.ts';
import { reclaim } from './reclaim.ts';
import { timers } from './timers.ts';
import { unitAccount } from './unitAccount.ts';
import { startUnit, type UnitProcess } from './unitProcess.ts';

export interface RunningServer {
  /** Where it listens. */
  readonly address: string;
  readonly platform: Platform;
  /** Of a first start: to be shown once. */
  readonly administrator: { readonly email: string; readonly password: string } | undefined;
  /** Ends everything in order; what was queued or running goes on at the next start. */
  stop(): Promise<void>;
}

const second = 1000;

/** Starts the whole platform: port, data folder, API, computing unit, watcher, collectors. */
export async function startServer(options: ServerOptions, log: Logger): Promise<RunningServer> {
  const unlock = lockFolder(options.data);
  const network = await listen(options.host, options.port).catch((error: unknown) => {
    unlock();
    throw error;
  });
  const origin = options.origin ?? network.address;
  let platform: Platform | undefined;
  let unit: UnitProcess | undefined;
  const recurring = timers(log);

  async function stop(): Promise<void> {
    // The unit hands its job back while the API still answers.
    await unit?.stop();
    await recurring.stop();
    await network.close();
    await platform?.close();
    unlock();
  }

  try {
    platform = await openPlatform(options.data, { ...options.settings, origin }, log);
    const { app, deps, disk } = platform;
    const administrator = await ensureAdministrator(deps);
    recurring.every(second, 'watch', watcher(deps));
    recurring.every(60 * second, 'abandoned uploads', () => collectAbandoned(deps));
    recurring.every(3600 * second, 'objects without a file', () => collectOrphans(deps));
    // Later than uploads expire: until then they can be resumed.
    const fourDays = 4 * 86_400 * second;
    recurring.every(600 * second, 'temporary files', () => disk.collect(new Date(Date.now() - fourDays)));
    // Before the API answers: a worker of an earlier run that is still there has nothing to report any more.
    if (options.unit) unit = await startLocalUnit(platform, network.address, options, log);
    network.serve(getRequestListener(app.fetch));
    return { address: network.address, platform, administrator, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startLocalUnit(
  { deps }: Platform,
  address: string,
  { threads }: ServerOptions,
  log: Logger,
): Promise<UnitProcess> {
  const { unitId, token } = await unitAccount(deps);
  // Nobody but the unit inside works for it, and the one of an earlier run ended with that run.
  await reclaim(deps, unitId, 'server');
  const onEnd = () => reclaim(deps, unitId, 'worker');
  const args = ['--brain', address, '--unit', unitId];
  if (threads !== undefined) args.push('--threads', String(threads));
  return startUnit({ args, env: { MRO_TOKEN: token }, log, onEnd });
}
