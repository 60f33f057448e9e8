/**
 * What the cloud asks for machine time, in US dollars: on-demand prices of the region us-east-1, Linux, without free
 * allowances and taxes. Estimates are made of this table alone; change it, and its date, when prices change. Where each
 * was looked up: docs/costs.md.
 */
export const prices = {
  asOf: '2026-11-24',
  region: 'us-east-1',
  lambda: {
    /** Per GB of memory and second. */
    gigabyteSecond: { x64: 0.0000166667, arm64: 0.0000133334 },
    /** Of /tmp beyond the first 512 MB, per GB and second. */
    diskGigabyteSecond: 0.0000000309,
    request: 0.0000002,
  },
  fargate: {
    /** Per hour. A task is charged for a minute at least. */
    vcpuHour: { x64: 0.04048, arm64: 0.03238 },
    gigabyteHour: { x64: 0.004445, arm64: 0.00356 },
    /** Of disk beyond the first 20 GB. */
    diskGigabyteHour: 0.000111,
    /** Of the public IPv4 address by which a task without a way out of its own reaches the registry. */
    addressHour: 0.005,
    leastSeconds: 60,
  },
  /** A transition of a standard state machine. */
  transition: 0.000025,
  s3: { get: 0.0000004, put: 0.000005 },
} as const;

export type Architecture = 'x64' | 'arm64';

/** Cost of one Lambda invocation. */
export function lambdaCost(
  seconds: number,
  memoryBytes: number,
  diskBytes: number,
  architecture: Architecture,
): number {
  const { gigabyteSecond, diskGigabyteSecond, request } = prices.lambda;
  const disk = Math.max(0, diskBytes / 2 ** 30 - 0.5);
  return (
    request + seconds * ((memoryBytes / 2 ** 30) * gigabyteSecond[architecture] + disk * diskGigabyteSecond)
  );
}

/**
 * Cost of one Fargate task with a public address, which is charged from when its image is loaded: about half a minute
 * before it works.
 */
export function fargateCost(
  seconds: number,
  vcpus: number,
  memoryGigabytes: number,
  diskGigabytes: number,
  architecture: Architecture,
): number {
  const { vcpuHour, gigabyteHour, diskGigabyteHour, addressHour, leastSeconds } = prices.fargate;
  const hours = Math.max(leastSeconds, seconds + 30) / 3600;
  const disk = Math.max(0, diskGigabytes - 20) * diskGigabyteHour;
  return (
    hours *
    (vcpus * vcpuHour[architecture] + memoryGigabytes * gigabyteHour[architecture] + disk + addressHour)
  );
}
