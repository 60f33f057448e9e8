import type { Task } from '@mroptimum/contract';
import type { DataFile, Pipeline } from '../entities.ts';

/** The runtime with its kernels and one thread. */
const baseBytes = 200e6;

/**
 * A bound on the memory and a guess at the time of a job from the sizes of its files: enough to choose who runs
 * it. The calculation itself reads the headers and refuses exactly.
 */
export function estimateFromFiles(task: Task, files: readonly DataFile[]): NonNullable<Pipeline['estimate']> {
  const signal = task.options.reconstructor.options.signal.id;
  const size = files.find(({ id }) => id === signal)?.size ?? 0;
  const noise = files.filter(({ id }) => id !== signal).reduce((sum, file) => sum + file.size, 0);
  const replicas =
    task.name === 'pmr' ? (task.options.NR ?? 100) : task.name === 'cr' ? (task.options.NR ?? 6) : 0;
  return {
    seconds: 0.5 + (size / 50e6) * (1 + replicas / 4),
    bytes: baseBytes + Math.min(2 * size, 8e9) + Math.min(noise, 1e9),
  };
}
