import { randomUUID } from 'node:crypto';
import { entryFolder } from '../providers/links/keys.ts';

export { bundleKeyOfLease as bundleKey } from '@mroptimum/contract';

/** A lease names its job, so that no list of leases is needed. */
export const newLeaseId = (pipelineId: string): string => `${pipelineId}.${randomUUID()}`;

/** The job of a lease. */
export const pipelineOfLease = (leaseId: string): string => leaseId.split('.')[0]!;

/** Folders of a job's bundles, and of what was taken out of them to be downloaded alone. */
export const bundleFolders = (pipelineId: string): readonly string[] => [
  `results/${pipelineId}/`,
  `failed/${pipelineId}/`,
  `${entryFolder}${pipelineId}/`,
];
