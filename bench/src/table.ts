/** One line of the benchmark table. */
export interface Row {
  readonly what: string;
  /** Ours, in `unit`. */
  readonly ours: number;
  /** The peer measured in the same run, in `unit`; undefined where it is not on this machine. */
  readonly peer?: { readonly name: string; readonly value: number };
  readonly unit: 'ms' | 's' | 'kB' | 'MB' | 'GB/s' | 'frames/s' | '×' | '$/1000 jobs';
  /** What is to be reached, and whether it was. */
  readonly target?: { readonly text: string; readonly reached: boolean };
}

/** Long enough for the compilers of JavaScript and WebAssembly to have done their work. */
const warmUpMs = 400;

/** Median of at least seven timed calls (more where they are short), after warm-up, in milliseconds. */
export async function medianMs(body: () => unknown, runs = 9): Promise<number> {
  const begin = performance.now();
  let warmUps = 0;
  while (warmUps < 2 || (performance.now() - begin < warmUpMs && warmUps < 200)) {
    await body();
    warmUps++;
  }
  const each = (performance.now() - begin) / warmUps;
  const times: number[] = [];
  for (let i = 0; i < Math.max(7, runs, Math.min(101, warmUpMs / each)); i++) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Middle value. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** A target of the form "at most `limit`". */
export const atMost = (limit: number, value: number, unit = ''): Row['target'] => ({
  text: `≤ ${limit}${unit}`,
  reached: value <= limit,
});

/** A target of the form "at least `limit`". */
export const atLeast = (limit: number, value: number, unit = ''): Row['target'] => ({
  text: `≥ ${limit}${unit}`,
  reached: value >= limit,
});

/** Prints rows as a plain table. */
export function printTable(title: string, rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.what,
    `${format(row.ours)} ${row.unit}`,
    row.peer ? `${row.peer.name} ${format(row.peer.value)} ${row.unit}` : '–',
    row.peer ? `${(row.ours / row.peer.value).toFixed(2)} ×` : '–',
    row.target ? `${row.target.text} ${row.target.reached ? 'reached' : 'MISSED'}` : '',
  ]);
  const head = ['', 'ours', 'peer', 'ours/peer', 'target'];
  const widths = head.map((h, i) => Math.max(h.length, ...cells.map((line) => line[i]!.length)));
  const line = (values: readonly string[]): string =>
    values
      .map((v, i) => v.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  console.log(`\n${title}\n${line(head)}`);
  for (const values of cells) console.log(line(values));
}

const format = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
