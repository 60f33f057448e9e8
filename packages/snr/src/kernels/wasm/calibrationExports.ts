/** Bytes of a tile of `assembly/gemm.ts`: 2 × 4 complex128. */
export const tileBytes = 128;

/** Bytes of scratch of `multiply` with inner dimension k: a tile, its float32 part, a packed panel. */
export const productScratch = (k: number): number => tileBytes + 64 + 32 * k;

/** What `kernels/assembly/{gemm,grappa,espirit}.ts` export; addresses are bytes from the memory's start. */
export interface CalibrationExports {
  multiply(
    out: number,
    outRow: number,
    a: number,
    aRow: number,
    aStep: number,
    conjugate: number,
    b: number,
    m: number,
    k: number,
    n: number,
    scratch: number,
  ): void;
  correlate(
    tiles: number,
    part: number,
    a: number,
    lag: number,
    coils: number,
    rows: number,
    columns: number,
    line: number,
  ): void;
  gram(out: number, a: number, k: number, n: number, scratch: number): void;
  weightedSum(out: number, from: number, factors: number, terms: number, count: number): void;
  gatherColumn(
    to: number,
    row: number,
    from: number,
    plane: number,
    pitch: number,
    coils: number,
    count: number,
  ): void;
  scatterColumn(
    to: number,
    plane: number,
    pitch: number,
    from: number,
    row: number,
    coils: number,
    count: number,
  ): void;
  phaseSum(
    out: number,
    outRow: number,
    from: number,
    fromRow: number,
    fromTerm: number,
    phases: number,
    phaseTerm: number,
    terms: number,
    coils: number,
    count: number,
  ): void;
  combineColumn(
    s: number,
    images: number,
    row: number,
    coils: number,
    count: number,
    rss: number,
    image: number,
    pitch: number,
    norms: number,
  ): void;
  noiseGain(
    g: number,
    pitch: number,
    u: number,
    row: number,
    norms: number,
    coils: number,
    count: number,
    scale: number,
  ): void;
  addDeviation(
    sum: number,
    sumOfSquares: number,
    pitch: number,
    images: number,
    noises: number,
    row: number,
    coils: number,
    count: number,
  ): void;
  eigenRow(
    maps: number,
    plane: number,
    eigenvalue: number,
    lags: number,
    waves: number,
    reference: number,
    coils: number,
    nx: number,
    reach: number,
    crop: number,
    scratch: number,
  ): void;
}
