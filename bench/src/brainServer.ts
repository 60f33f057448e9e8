/** A brain of its own process, with a user who has 10,000 jobs; tells its address and, on asking, its memory. */
import { mkdirSync } from 'node:fs';
import { getRequestListener } from '@hono/node-server';
import { apiTokenPrefix, hashSecret, listen, openPlatform, placesIn, sqliteRecords } from '@mroptimum/brain';
import { jobSchema } from '@mroptimum/contract';
import pino from 'pino';

const folder = process.argv[2]!;
const token = `${apiTokenPrefix}${'b'.repeat(43)}`;
const jobs = 10_000;
const waiting = 'job-1';

mkdirSync(folder, { recursive: true });
await seed(placesIn(folder).records);
const network = await listen('127.0.0.1', 0);
const unlimited = { storageBytes: 2 ** 40, jobsPerMonth: 1e6 };
const settings = {
  registration: 'open',
  privacy: 'warn',
  maximumUploadBytes: 2 ** 40,
  quota: unlimited,
} as const;
const log = pino({ level: 'silent' });
const { app } = await openPlatform(folder, { ...settings, origin: network.address }, log);
network.serve(getRequestListener(app.fetch));
/** Memory in MB: now, and the most since it was asked for before. */
let most = 0;
const look = (): number => {
  const resident = process.memoryUsage.rss() / 2 ** 20;
  most = Math.max(most, resident);
  return resident;
};
setInterval(look, 20);
process.on('message', () => {
  const resident = look();
  process.send?.({ resident, most });
  most = 0;
});
process.on('disconnect', () => process.exit());
process.send?.({ address: network.address, token, waiting });

/** In memory first: ten thousand transactions on a disk take a minute. */
async function seed(path: string): Promise<void> {
  const records = sqliteRecords(':memory:');
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
  const versioned = (second: number) => ({ version: 1, createdAt: at(second), updatedAt: at(second) });
  await records.users.create({
    ...versioned(0),
    id: 'bench',
    email: 'bench@example.org',
    username: 'bench',
    firstName: 'Bench',
    lastName: 'Mark',
    passwordHash: '',
    role: 'user',
    status: 'approved',
    quota: {},
    tokensValidFrom: at(0),
  });
  await records.apiTokens.create({
    id: 'bench',
    userId: 'bench',
    name: 'bench',
    hash: hashSecret(token),
    scopes: ['data:read', 'data:write', 'jobs:read', 'jobs:write'],
    createdAt: at(0),
  });
  const file = { type: 'file', options: { type: 'local', filename: 'signal.dat' } };
  const reconstructor = { name: 'rss', options: { signal: file } };
  const job = jobSchema.parse({
    task: { version: 'v0', name: 'ac', options: { reconstructor } },
    output: {},
  });
  for (let i = 0; i < jobs; i++) {
    await records.pipelines.create({
      ...versioned(i),
      id: `job-${i}`,
      userId: 'bench',
      alias: `signal ${i}`,
      unitId: 'none',
      mode: 'local',
      status: `job-${i}` === waiting ? 'queued' : i % 5 === 0 ? 'failed' : 'completed',
      job,
      inputs: [],
      attempts: 1,
      progress: 1,
      cancelRequested: false,
    });
  }
  await records.backup(path);
  await records.close();
}
