import { randomUUID } from 'node:crypto';

/** A lease names its job, so that no list of leases is needed. */
export const newLeaseId = (pipelineId: string): string => `${pipelineId}.${randomUUID()}`;

/** The job of a lease. */
export const pipelineOfLease = (leaseId: string): string => leaseId.split('.')[0]!;

/** Where a worker puts its bundle: a place of its own for each attempt, so that none overwrites another's. */
export const bundleKey = (kind: 'result' | 'failure', leaseId: string): string =>
  `${kind === 'result' ? 'results' : 'failed'}/${leaseId.replace('.', '/')}.zip`;

/** Folders of a job's bundles. */
export const bundleFolders = (pipelineId: string): readonly string[] => [
  `results/${pipelineId}/`,
  `failed/${pipelineId}/`,
];
