import { estimateWork, type Job, type WorkSize, workSettings } from '@mroptimum/contract';
import type { DataFile, Pipeline } from '../entities.ts';

/** The runtime with its kernels and one thread. */
const baseBytes = 200e6;

type Estimate = NonNullable<Pipeline['estimate']>;

/**
 * Time and memory of a job: from the matrix of its signal where the library knows it, else from the sizes of the
 * files. Enough to choose who runs it; the calculation itself reads the headers and refuses exactly.
 */
export function estimateFromFiles(
  { task, output }: Pick<Job, 'task' | 'output'>,
  files: readonly DataFile[],
): Estimate {
  const id = task.options.reconstructor.options.signal.id;
  const signal = files.find((file) => file.id === id);
  const noise = files.filter((file) => file !== signal).reduce((sum, { size }) => sum + size, 0);
  const work = sizeOf(signal?.summary);
  if (work) {
    const { seconds, bytes } = estimateWork(work, workSettings(task, output.coilsensitivity));
    return { seconds, bytes: bytes + Math.min(noise, 1e9) };
  }
  const size = signal?.size ?? 0;
  const replicas =
    task.name === 'pmr' ? (task.options.NR ?? 100) : task.name === 'cr' ? (task.options.NR ?? 6) : 0;
  return {
    seconds: 0.5 + (size / 50e6) * (1 + replicas / 4),
    bytes: baseBytes + Math.min(2 * size, 8e9) + Math.min(noise, 1e9),
  };
}

function sizeOf(summary: DataFile['summary']): WorkSize | undefined {
  const number = (name: string): number => Number(summary?.[name] ?? Number.NaN);
  const names = ['coils', 'readout', 'phase', 'partitions', 'slices', 'repetitions'] as const;
  const [coils, readout, phase, partitions, slices, repetitions] = names.map(number);
  const size = { coils, readout, phase, partitions, slices, repetitions } as Record<
    (typeof names)[number],
    number
  >;
  if (summary?.kind !== 'raw' || !Object.values(size).every((value) => value >= 1)) return undefined;
  const [rx = 1, ry = 1] = String(summary.acceleration ?? '')
    .split('×')
    .map(Number);
  return {
    ...size,
    averages: number('averages') || 1,
    readoutOversampling: number('readoutOversampling') || 1,
    acceleration: [rx || 1, ry || 1],
    referenceLines: number('referenceLines') || 0,
  };
}
