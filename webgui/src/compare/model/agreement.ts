/** Two measurements of the same voxels: their means and differences, and what those say together. */
export interface Agreement {
  readonly count: number;
  /** Mean of a − b. */
  readonly bias: number;
  /** Standard deviation of a − b (n − 1). */
  readonly sd: number;
  /** bias ± 1.96 sd: where 95 % of the differences lie if they are normal. */
  readonly limits: readonly [number, number];
  /** Pearson's correlation coefficient. */
  readonly correlation: number;
  /** Lin's concordance coefficient: correlation with the line of identity. */
  readonly concordance: number;
}

/** Pairs of finite values of voxels. */
export interface Pairs {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** The values of both maps where both are finite numbers. */
export function pairsOf(a: Float32Array, b: Float32Array, voxels: Uint32Array): Pairs {
  const pairs = { a: new Float64Array(voxels.length), b: new Float64Array(voxels.length) };
  let n = 0;
  for (const at of voxels) {
    if (!Number.isFinite(a[at]!) || !Number.isFinite(b[at]!)) continue;
    pairs.a[n] = a[at]!;
    pairs.b[n++] = b[at]!;
  }
  return { a: pairs.a.subarray(0, n), b: pairs.b.subarray(0, n) };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Bias and limits of agreement (Bland & Altman 1986), correlation and concordance (Lin 1989) of pairs. */
export function agreement({ a, b }: Pairs): Agreement {
  const count = a.length;
  const [ma, mb] = [mean(a), mean(b)];
  const bias = ma - mb;
  let [saa, sbb, sab, sdd] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [da, db] = [a[i]! - ma, b[i]! - mb];
    saa += da * da;
    sbb += db * db;
    sab += da * db;
    sdd += (da - db) ** 2;
  }
  const sd = count > 1 ? Math.sqrt(sdd / (count - 1)) : Number.NaN;
  return {
    count,
    bias,
    sd,
    limits: [bias - 1.96 * sd, bias + 1.96 * sd],
    correlation: sab / Math.sqrt(saa * sbb),
    concordance: (2 * sab) / (saa + sbb + count * bias * bias),
  };
}

/** Points that a picture can show: of more, evenly chosen ones. */
export function thinned({ a, b }: Pairs, most = 5000): Pairs {
  if (a.length <= most) return { a, b };
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]!);
  return { a: pick(a), b: pick(b) };
}
