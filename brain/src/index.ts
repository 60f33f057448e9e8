/** What programs beside the server need of the brain: benchmarks, tests of the whole. */
export { apiTokenPrefix, hashSecret } from './auth/secrets.ts';
export type { Pipeline, User } from './entities.ts';
export { sqliteRecords } from './providers/index.ts';
export { listen } from './server/network.ts';
export { placesIn } from './server/places.ts';
export { openPlatform } from './server/platform.ts';
