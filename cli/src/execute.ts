import { type JobIo, type JobResult, type JobSummary, runJob } from '@mroptimum/calculation';
import { failurePath, type LocalIoOptions, localIo } from '@mroptimum/calculation/local';
import type { MroError } from '@mroptimum/contract';
import { progressOn } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command that runs a calculation. */
export interface RunOptions {
  out: string;
  threads?: number;
  memoryLimit?: number;
  json?: boolean;
  quiet?: boolean;
}

/** Where the failure bundle of an error lies, for those that have one. */
const failureBundles = new WeakMap<object, string>();

/** Runs a job on this machine and says how it went. Errors leave as they are, after the bar is gone. */
export async function execute(
  request: unknown,
  options: RunOptions,
  terminal: Terminal,
  where: Pick<LocalIoOptions, 'base' | 'data'> = {},
): Promise<void> {
  const { out, threads, memoryLimit } = options;
  const progress = progressOn(terminal, options.quiet ?? false);
  const abort = new AbortController();
  const stopListening = terminal.onInterrupt(() => abort.abort());
  const local = localIo({
    out,
    ...where,
    ...(threads !== undefined && { threads }),
    ...(memoryLimit !== undefined && { memoryLimit: memoryLimit * 1e9 }),
    onLog: progress.log,
  });
  let failureWritten = false;
  const io: JobIo = {
    ...local,
    failure: async () => {
      const sink = await local.failure();
      const finish = async (): Promise<unknown> => {
        const location = await sink?.finish();
        failureWritten = true;
        return location;
      };
      return sink && { ...sink, finish };
    },
  };
  try {
    const result = await runJob(request, io, progress.fraction, abort.signal);
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(jsonOf(result, out))}\n` : report(result.summary, out));
  } catch (error) {
    progress.end();
    if (failureWritten) failureBundles.set(error as MroError, failurePath(out));
    throw error;
  } finally {
    stopListening();
  }
}

const jsonOf = ({ summary }: JobResult, out: string): object => ({ ok: true, out, ...summary });

/** Path of the failure bundle that was written for an error; undefined where none was. */
export const failureBundleOf = (error: object): string | undefined => failureBundles.get(error);

/** The one JSON object of a failed run. */
export const failureJson = (error: MroError, out: string | undefined): object => ({
  ok: false,
  error: { code: error.code, message: error.message, hint: error.hint, details: error.details },
  ...(out !== undefined && { out }),
});

function report(summary: JobSummary, out: string): string {
  const { snr, matrix, region, timings } = summary;
  const number = (value: number): string => value.toPrecision(4);
  const range = ({ p5, p95 }: { p5: number; p95: number }): string =>
    `5–95 %: ${number(p5)} … ${number(p95)}`;
  const unit = summary.snrUnits === 'relative' ? ' (relative: no noise was given)' : '';
  const lines = [
    `SNR ${number(snr.median)} median${unit}, ${range(snr)}, over ${region.pixels} pixels of the ${region.kind}`,
    ...(summary.gFactor
      ? [`g-factor ${number(summary.gFactor.median)} median, ${range(summary.gFactor)}`]
      : []),
    ...(summary.confidence
      ? [
          `95 % interval of a pixel: ± ${(100 * summary.confidence.medianRelativeHalfWidth).toFixed(1)} % (median)`,
        ]
      : []),
    `${summary.method} × ${summary.reconstruction}, ${matrix.readout} × ${matrix.phase} × ${matrix.slices}, ${matrix.coils} coils, R = ${summary.acceleration.join(' × ')}, ${timings.total.toFixed(2)} s`,
    ...summary.maps.map(({ name, filename }) => `  ${filename.padEnd(34)} ${name}`),
    `Written to ${out}`,
  ];
  return `${lines.join('\n')}\n`;
}
