import type { ComputingUnit, Pipeline } from '../entities.ts';

/** List prices of containers on Linux, x86, us-east-1, in US dollars: per virtual processor and per gigabyte. */
const perHour = { processor: 0.04048, gigabyte: 0.004445 };
/** What a container is given, and the least that is billed. */
const container = { processors: 4, gigabytes: 16, leastSeconds: 60 };

/**
 * What a job costs at a unit, US dollars, at most about: in the cloud the price of a container for the time of the
 * job; functions, which small jobs use, cost less. Computing of the lab costs nothing here.
 */
export function costOf(
  unit: Pick<ComputingUnit, 'cloud'>,
  { seconds }: Pick<NonNullable<Pipeline['estimate']>, 'seconds'>,
): number {
  if (unit.cloud === undefined) return 0;
  const { processors, gigabytes, leastSeconds } = container;
  const rate = processors * perHour.processor + gigabytes * perHour.gigabyte;
  return (rate * Math.max(leastSeconds, seconds)) / 3600;
}
