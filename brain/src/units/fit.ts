import type { Pipeline } from '../entities.ts';

/** What a worker has free, and whether nothing else runs on it. */
export interface Room {
  readonly memoryBytes: number;
  readonly idle: boolean;
}

/** A large job that waited this long is not overtaken by smaller ones any more. */
const overtakenForMs = 5 * 60_000;
/** A job too large for every estimate waits this long for a larger machine; then an idle worker tries it. */
const hopeMs = 60_000;

/**
 * The job that a worker gets: the oldest that fits its free memory. The estimate is rough, so an idle worker
 * tries in the end what seems too large: the calculation itself refuses, with exact numbers.
 */
export function chooseJob(queued: readonly Pipeline[], room: Room, now: Date): Pipeline | undefined {
  for (const pipeline of queued) {
    const waited = now.getTime() - Date.parse(pipeline.createdAt);
    if ((pipeline.estimate?.bytes ?? 0) <= room.memoryBytes) return pipeline;
    if (room.idle && waited >= hopeMs) return pipeline;
    if (!room.idle && waited >= overtakenForMs) return undefined;
  }
  return undefined;
}
