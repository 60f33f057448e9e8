export { asMroError, wasAborted } from './errors.ts';
export { estimateJob, type JobEstimate } from './estimate.ts';
export type { JobIo, OpenInput } from './io.ts';
export { type JobResult, runJob } from './run.ts';
export { taskToSettings } from './settings.ts';
export type { JobSummary, Statistics } from './summary.ts';
export { engineVersion } from './version.ts';
