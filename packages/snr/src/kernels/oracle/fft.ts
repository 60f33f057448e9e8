/** Largest prime factor that is transformed directly; above it the whole length goes through Bluestein. */
const largestDirectPrime = 50;

/** In-place, uncentred, unnormalised DFT of one length: X[k] = Σ x[n] e^{−2πi kn/N}. */
export interface Fft1d {
  readonly length: number;
  transform(re: Float64Array, im: Float64Array): void;
}

/** Prime factors of n, ascending, with multiplicity. */
export function primeFactors(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (let p = 2; p * p <= rest; p++) {
    while (rest % p === 0) {
      factors.push(p);
      rest /= p;
    }
  }
  if (rest > 1) factors.push(rest);
  return factors;
}

/**
 * Plans a float64 DFT of any length: mixed-radix decimation in time (Cooley & Tukey 1965), and the chirp
 * convolution of Bluestein (1970) for lengths with a large prime factor. O(n log n) throughout.
 */
export function planFft(length: number): Fft1d {
  const factors = primeFactors(length);
  return Math.max(1, ...factors) > largestDirectPrime ? bluestein(length) : mixedRadix(length, factors);
}

function mixedRadix(length: number, factors: readonly number[]): Fft1d {
  const cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const inRe = new Float64Array(length);
  const inIm = new Float64Array(length);
  const radixRe = new Float64Array(Math.max(1, ...factors));
  const radixIm = new Float64Array(radixRe.length);

  /** Writes the DFT of in[from + stride·n], n < count, to out[to … to + count). */
  function recurse(
    outRe: Float64Array,
    outIm: Float64Array,
    to: number,
    from: number,
    stride: number,
    level: number,
  ): void {
    if (level === factors.length) {
      outRe[to] = inRe[from]!;
      outIm[to] = inIm[from]!;
      return;
    }
    const radix = factors[level]!;
    const count = length / stride;
    const part = count / radix;
    for (let j = 0; j < radix; j++) {
      recurse(outRe, outIm, to + j * part, from + j * stride, stride * radix, level + 1);
    }
    for (let k = 0; k < part; k++) {
      for (let j = 0; j < radix; j++) {
        radixRe[j] = outRe[to + j * part + k]!;
        radixIm[j] = outIm[to + j * part + k]!;
      }
      for (let q = 0; q < radix; q++) {
        const step = ((k + q * part) * stride) % length;
        let re = 0;
        let im = 0;
        let root = 0;
        for (let j = 0; j < radix; j++) {
          re += radixRe[j]! * cos[root]! - radixIm[j]! * sin[root]!;
          im += radixRe[j]! * sin[root]! + radixIm[j]! * cos[root]!;
          root += step;
          if (root >= length) root -= length;
        }
        outRe[to + q * part + k] = re;
        outIm[to + q * part + k] = im;
      }
    }
  }

  return {
    length,
    transform(re, im) {
      inRe.set(re);
      inIm.set(im);
      recurse(re, im, 0, 0, 1, 0);
    },
  };
}

/** kn = (k² + n² − (k − n)²)/2 turns the DFT into a convolution with a chirp, done at a power of two. */
function bluestein(length: number): Fft1d {
  const padded = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const convolution = planFft(padded);
  const chirpRe = new Float64Array(length);
  const chirpIm = new Float64Array(length);
  const filterRe = new Float64Array(padded);
  const filterIm = new Float64Array(padded);
  for (let n = 0; n < length; n++) {
    const angle = (Math.PI * ((n * n) % (2 * length))) / length;
    chirpRe[n] = Math.cos(angle);
    chirpIm[n] = -Math.sin(angle);
    for (const at of [n, (padded - n) % padded]) {
      filterRe[at] = Math.cos(angle) / padded;
      filterIm[at] = Math.sin(angle) / padded;
    }
  }
  convolution.transform(filterRe, filterIm);
  const workRe = new Float64Array(padded);
  const workIm = new Float64Array(padded);

  return {
    length,
    transform(re, im) {
      workRe.fill(0);
      workIm.fill(0);
      for (let n = 0; n < length; n++) {
        workRe[n] = re[n]! * chirpRe[n]! - im[n]! * chirpIm[n]!;
        workIm[n] = re[n]! * chirpIm[n]! + im[n]! * chirpRe[n]!;
      }
      convolution.transform(workRe, workIm);
      for (let k = 0; k < padded; k++) {
        const a = workRe[k]!;
        const b = workIm[k]!;
        workRe[k] = a * filterRe[k]! - b * filterIm[k]!;
        // Conjugated, because the inverse transform is the conjugate of the forward one of the conjugate.
        workIm[k] = -(a * filterIm[k]! + b * filterRe[k]!);
      }
      convolution.transform(workRe, workIm);
      for (let k = 0; k < length; k++) {
        re[k] = workRe[k]! * chirpRe[k]! + workIm[k]! * chirpIm[k]!;
        im[k] = workRe[k]! * chirpIm[k]! - workIm[k]! * chirpRe[k]!;
      }
    },
  };
}
