import { type Job, parseJob, type Task } from '@mroptimum/contract';
import { jobOf, type SnrOptions } from '../../cli/src/task.ts';

/** What `mroptimum snr` has without any option. */
const nothingSaid: SnrOptions = {
  method: 'ac',
  recon: 'rss',
  sensitivities: 'inner',
  window: 'hann',
  mask: 'no',
};

/** The job that the command line makes of these options, as the calculation reads it, to be compared. */
export const commandLineJob = (signal: string, options: Partial<SnrOptions>) =>
  comparable(parseJob(jobOf(signal, { ...nothingSaid, ...options })));

/**
 * A job without what means nothing: the places of files, of which the two have different ones; `loadSensitivity`
 * and the name of the method where there are no maps to load; the window where ESPIRiT or maps need none.
 */
export function comparable({ task, output }: Pick<Job, 'task' | 'output'>): unknown {
  const copy = structuredClone(task) as Task;
  const { sensitivityMap } = copy.options.reconstructor.options;
  if (sensitivityMap) {
    delete sensitivityMap.options.loadSensitivity;
    delete sensitivityMap.name;
  }
  return JSON.parse(JSON.stringify({ task: copy, output }, withoutPlaces));
}

function withoutPlaces(name: string, entry: unknown): unknown {
  if (name === 'bucket' || name === 'key') return undefined;
  const file = entry as { type?: unknown; options?: object } | null;
  if (file?.type !== 'file') return entry;
  return { ...file, id: undefined, options: { ...file.options, type: 'anywhere' } };
}
