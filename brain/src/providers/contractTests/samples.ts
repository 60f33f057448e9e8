import { randomUUID } from 'node:crypto';
import { type Job, jobSchema } from '@mroptimum/contract';
import type { ComputingUnit, DataFile, Pipeline, Preset, Roi, Session, User } from '../../entities.ts';

const at = '2026-01-01T00:00:00.000Z';
const versioned = () => ({ id: randomUUID(), version: 1, createdAt: at, updatedAt: at });

const file = { type: 'file', options: { type: 'local', filename: 'signal.dat' } };
export const job: Job = jobSchema.parse({
  task: {
    version: 'v0',
    name: 'ac',
    options: { reconstructor: { name: 'rss', options: { signal: file } } },
  },
  output: {},
});

export function user(changes: Partial<User> = {}): User {
  const record = versioned();
  return {
    ...record,
    email: `${record.id}@example.org`,
    username: record.id,
    firstName: 'Ada',
    lastName: 'Müller',
    passwordHash: 'hash',
    role: 'user',
    status: 'pending',
    quota: {},
    tokensValidFrom: at,
    ...changes,
  };
}

export const session = (changes: Partial<Session> = {}): Session => ({
  id: randomUUID(),
  userId: 'somebody',
  refreshHash: 'first',
  createdAt: at,
  expiresAt: '2026-02-01T00:00:00.000Z',
  ...changes,
});

export const dataFile = (changes: Partial<DataFile> = {}): DataFile => ({
  ...versioned(),
  userId: 'somebody',
  filename: 'signal.dat',
  size: 100,
  status: 'available',
  objectKey: 'data/x',
  ...changes,
});

export const unit = (changes: Partial<ComputingUnit> = {}): ComputingUnit => ({
  ...versioned(),
  ownerId: 'somebody',
  appId: 'mroptimum',
  alias: 'This machine',
  mode: 'local',
  provider: 'local',
  status: 'ready',
  isDefault: true,
  isShared: false,
  callbackSecret: 'secret',
  ...changes,
});

export const pipeline = (changes: Partial<Pipeline> = {}): Pipeline => ({
  ...versioned(),
  userId: 'somebody',
  alias: 'a job',
  unitId: 'unit',
  mode: 'local',
  status: 'queued',
  job,
  inputs: [],
  attempts: 0,
  progress: 0,
  cancelRequested: false,
  ...changes,
});

export const roi = (changes: Partial<Roi> = {}): Roi => ({
  ...versioned(),
  userId: 'somebody',
  pipelineId: 'pipeline',
  filename: 'roi.nii.gz',
  type: 'nifti',
  contentType: 'application/gzip',
  objectKey: 'roi/x',
  size: 3,
  ...changes,
});

export const preset = (changes: Partial<Preset> = {}): Preset => ({
  ...versioned(),
  userId: 'somebody',
  name: 'SENSE, two-fold',
  settings: { task: { name: 'ac' }, output: job.output },
  isShared: false,
  ...changes,
});

/** Time `seconds` after the one that all samples bear. */
export const later = (seconds: number): string => new Date(Date.parse(at) + seconds * 1000).toISOString();
