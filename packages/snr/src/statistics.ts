/** Two-sided 95 %. */
const tail = 0.025;
const normalQuantile = 1.959963984540054;

/**
 * Factors that turn SNR = signal/σ̂ into the ends of its 95 % interval, when σ̂ has `freedom` degrees of
 * freedom: σ̂²·ν/σ² ~ χ²(ν), so SNR lies between SNR·√(χ²(0.025)/ν) and SNR·√(χ²(0.975)/ν).
 */
function spreadFactors(freedom: number): readonly [lower: number, upper: number] {
  return [
    Math.sqrt(chiSquareQuantile(tail, freedom) / freedom),
    Math.sqrt(chiSquareQuantile(1 - tail, freedom) / freedom),
  ];
}

/**
 * 95 % interval of an SNR map whose σ was estimated with `freedom` degrees of freedom, the same for all pixels or
 * a function of the pixel, and whose signal is the mean of `signals` noisy images. In SNR units a single image
 * has a standard deviation of 1, so the signal adds ±1.96/√signals; independent deviations combine as the root
 * of their squares on each side (Zou & Donner 2008, Stat Med 27:1693). Where SNR is 0 so is the interval.
 */
export function snrInterval(
  snr: Float32Array,
  freedom: number | ((pixel: number) => number),
  signals: number,
): { lower: Float32Array; upper: Float32Array } {
  const signal = normalQuantile / Math.sqrt(signals);
  const factors = new Map<number, readonly [number, number]>();
  const lower = new Float32Array(snr.length);
  const upper = new Float32Array(snr.length);
  snr.forEach((v, p) => {
    if (!(v > 0)) return;
    const n = typeof freedom === 'number' ? freedom : freedom(p);
    const [low, high] = factors.get(n) ?? spreadFactors(n);
    factors.set(n, [low, high]);
    lower[p] = Math.max(0, v - Math.sqrt((v * (1 - low)) ** 2 + signal ** 2));
    upper[p] = v + Math.sqrt((v * (high - 1)) ** 2 + signal ** 2);
  });
  return { lower, upper };
}

/** Quantile of the χ² distribution with `freedom` degrees of freedom: Newton on the regularised Γ function. */
export function chiSquareQuantile(probability: number, freedom: number): number {
  const a = freedom / 2;
  const z = normalQuantile * (probability < 0.5 ? -1 : 1);
  // Wilson & Hilferty's cube gives the start.
  let x = Math.max(1e-8, a * (1 - 1 / (9 * a) + z * Math.sqrt(1 / (9 * a))) ** 3);
  for (let step = 0; step < 60; step++) {
    const density = Math.exp((a - 1) * Math.log(x) - x - logGamma(a));
    const next = x - (lowerGamma(a, x) - probability) / density;
    const bounded = next > 0 ? next : x / 2;
    if (Math.abs(bounded - x) < 1e-12 * x) return 2 * bounded;
    x = bounded;
  }
  return 2 * x;
}

/** Regularised lower incomplete Γ(a, x): series below a + 1, continued fraction above. */
function lowerGamma(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return 1 - front * fraction;
}

/** ln Γ(x), x > 0: Stirling's series after shifting x above 10. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift -= Math.log(y);
  const s = 1 / (y * y);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / y;
  return shift + (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series;
}

/**
 * Sums over the (2·half+1)² box around every pixel, cut at the edges of the map, by running totals (float64).
 * @param values (ny, nx)
 */
export function boxSums(values: ArrayLike<number>, ny: number, nx: number, half: number): Float64Array {
  const total = new Float64Array((ny + 1) * (nx + 1));
  for (let y = 0; y < ny; y++) {
    let row = 0;
    for (let x = 0; x < nx; x++) {
      row += values[y * nx + x]!;
      total[(y + 1) * (nx + 1) + x + 1] = total[y * (nx + 1) + x + 1]! + row;
    }
  }
  const out = new Float64Array(ny * nx);
  for (let y = 0; y < ny; y++) {
    const top = Math.max(0, y - half) * (nx + 1);
    const bottom = Math.min(ny, y + half + 1) * (nx + 1);
    for (let x = 0; x < nx; x++) {
      const left = Math.max(0, x - half);
      const right = Math.min(nx, x + half + 1);
      out[y * nx + x] =
        total[bottom + right]! - total[bottom + left]! - total[top + right]! + total[top + left]!;
    }
  }
  return out;
}
