import type { Launcher } from './launcher.ts';

/** A unit asks for work at least every 20 s; one that was silent for longer than this is away. */
const awayAfterMs = 60_000;

/**
 * Units that pull: a queued job waits until a worker takes it, a stopped one ends when its worker next reports.
 * So there is nothing to start or to stop here, and leases tell what became of a job.
 */
export function localLauncher(options: { readonly clock: () => Date }): Launcher {
  return {
    pushes: false,
    start: async (_unit, pipeline) => pipeline,
    describe: async (_unit, pipeline) => {
      if (pipeline.status === 'queued') return 'waiting';
      if (!pipeline.lease) return 'unknown';
      return Date.parse(pipeline.lease.expiresAt) > options.clock().getTime() ? 'running' : 'unknown';
    },
    stop: async () => {},
    check: async (unit) => {
      const silent = unit.lastSeenAt
        ? options.clock().getTime() - Date.parse(unit.lastSeenAt)
        : Number.POSITIVE_INFINITY;
      const present = {
        what: 'A worker asks for jobs',
        ok: silent < awayAfterMs,
        advice:
          silent < awayAfterMs
            ? 'Nothing to do.'
            : 'Start one: mroptimum unit --brain ADDRESS --token TOKEN, on this or another machine.',
      };
      return unit.capacity
        ? [present, { what: capacityInWords(unit.capacity), ok: true, advice: 'Nothing to do.' }]
        : [present];
    },
  };
}

const capacityInWords = ({ memoryBytes, threads }: { memoryBytes: number; threads: number }): string =>
  `It has ${(memoryBytes / 1e9).toFixed(1)} GB of memory and ${threads} ${threads === 1 ? 'thread' : 'threads'} for jobs`;
