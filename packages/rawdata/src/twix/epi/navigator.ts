/** One polarity's navigator line, averaged, on the uniform grid: (coil, sample), interleaved. */
type NavigatorLine = Float32Array;

/** Differences of the reversed lines from the forward ones. */
export interface PolarityDifference {
  /** The image of the reversed line carries e^{i(phase + slope·x)}; shift = slope·n/2π in grid units. */
  readonly shift: number;
  readonly phase: number;
}

/**
 * Constant and linear phase between forward and reversed readouts, from navigators without phase encoding:
 * P(x) = Σ_coils reversed(x)·conj(forward(x)), slope = arg Σ P(x+1) conj(P(x)) (Ahn & Cho 1987, IEEE TMI 6:32),
 * phase = arg Σ P(x) e^{−i slope x}. Needs no unwrapping and weights each pixel by its signal.
 */
export function polarityDifference(
  forward: NavigatorLine,
  reversed: NavigatorLine,
  coils: number,
): PolarityDifference {
  const n = forward.length / (2 * coils);
  const product = new Float64Array(2 * n);
  for (let coil = 0; coil < coils; coil++) {
    const f = lineImage(forward.subarray(2 * n * coil, 2 * n * (coil + 1)));
    const r = lineImage(reversed.subarray(2 * n * coil, 2 * n * (coil + 1)));
    for (let x = 0; x < 2 * n; x += 2) {
      product[x]! += r[x]! * f[x]! + r[x + 1]! * f[x + 1]!;
      product[x + 1]! += r[x + 1]! * f[x]! - r[x]! * f[x + 1]!;
    }
  }
  let re = 0;
  let im = 0;
  for (let x = 0; x + 2 < 2 * n; x += 2) {
    re += product[x + 2]! * product[x]! + product[x + 3]! * product[x + 1]!;
    im += product[x + 3]! * product[x]! - product[x + 2]! * product[x + 1]!;
  }
  const slope = Math.atan2(im, re);
  re = 0;
  im = 0;
  for (let x = 0; x < n; x++) {
    const angle = -slope * (x - Math.floor(n / 2));
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    re += product[2 * x]! * c - product[2 * x + 1]! * s;
    im += product[2 * x]! * s + product[2 * x + 1]! * c;
  }
  return { shift: (slope * n) / (2 * Math.PI), phase: Math.atan2(im, re) };
}

/** Centred inverse DFT of one line; a line or two per slice, so the plain sum serves. */
function lineImage(line: Float32Array): Float64Array {
  const n = line.length / 2;
  const half = Math.floor(n / 2);
  const cosines = Float64Array.from({ length: n }, (_, m) => Math.cos((2 * Math.PI * m) / n));
  const sines = Float64Array.from({ length: n }, (_, m) => Math.sin((2 * Math.PI * m) / n));
  const image = new Float64Array(2 * n);
  for (let x = 0; x < n; x++)
    for (let k = 0; k < n; k++) {
      const turn = ((((k - half) * (x - half)) % n) + n) % n;
      image[2 * x]! += line[2 * k]! * cosines[turn]! - line[2 * k + 1]! * sines[turn]!;
      image[2 * x + 1]! += line[2 * k]! * sines[turn]! + line[2 * k + 1]! * cosines[turn]!;
    }
  return image;
}
