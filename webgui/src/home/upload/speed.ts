const window = 5000;

/** Bytes a second over the last five seconds, from running totals. */
export function speedometer(now: () => number = () => performance.now()) {
  let samples: { at: number; bytes: number }[] = [];
  return (bytes: number): number => {
    const at = now();
    samples = [...samples.filter((sample) => at - sample.at <= window), { at, bytes }];
    const [first] = samples;
    const seconds = (at - first!.at) / 1000;
    return seconds > 0.2 ? Math.max(0, (bytes - first!.bytes) / seconds) : 0;
  };
}
