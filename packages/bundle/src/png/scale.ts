/** Lowest and highest value that the colours tell apart. */
export type Window = readonly [low: number, high: number];

/** Values looked at for percentiles: enough for 1 % in a map of any size. */
const sampleLimit = 200_000;

/**
 * The 1st and the 99th percentile of the values that are finite and not zero (zero is "outside" in masked
 * maps). A constant map c gets [0, c], a map without values [0, 1].
 */
export function robustWindow(values: Float32Array): Window {
  const step = Math.max(1, Math.ceil(values.length / sampleLimit));
  const sample = new Float32Array(Math.ceil(values.length / step));
  let count = 0;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i]!;
    if (Number.isFinite(value) && value !== 0) sample[count++] = value;
  }
  if (count === 0) return [0, 1];
  const sorted = sample.subarray(0, count).sort();
  const low = sorted[Math.floor(0.01 * (count - 1))]!;
  const high = sorted[Math.ceil(0.99 * (count - 1))]!;
  if (high > low) return [low, high];
  return low > 0 ? [0, low] : [low, 0];
}

/** Round numbers inside of a window, about `wanted` of them, at steps of 1, 2 or 5 · 10ⁿ. */
export function ticks([low, high]: Window, wanted = 5): number[] {
  const rough = (high - low) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** Labels of ticks with as many digits as their distance needs. */
export function tickLabels(values: readonly number[]): string[] {
  const largest = Math.max(...values.map(Math.abs), 0);
  const step = values.length > 1 ? Math.abs(values[1]! - values[0]!) : largest;
  const digits = Math.max(0, -Math.floor(Math.log10(step || 1) + 1e-9));
  if (largest >= 1e5 || digits > 4) {
    const significant = Math.min(15, Math.max(0, Math.floor(Math.log10(largest)) + digits));
    return values.map((value) => (value === 0 ? '0' : value.toExponential(significant).replace('e+', 'e')));
  }
  return values.map((value) => (value + 0).toFixed(digits));
}
