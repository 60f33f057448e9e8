import { methodNames, type PipelineView, reconstructionNames } from '@mroptimum/contract';
import { z } from 'zod';
import { jobs } from '../strings/jobs.ts';

export type JobStatus = PipelineView['status'];

const lower = z.string().transform((text) => text.toLowerCase());
const setupSchema = z.looseObject({
  task: z.looseObject({
    name: lower.pipe(z.enum(methodNames)),
    options: z.looseObject({
      NR: z.number().nullish(),
      reconstructor: z.looseObject({
        name: lower.pipe(z.enum(reconstructionNames)),
        options: z.looseObject({ accelerations: z.array(z.number().nullable()).nullish() }),
      }),
    }),
  }),
});

const told = new WeakMap<object, string>();

/** "SENSE R 1 × 2 · Pseudo replicas (100)" of a job; empty where its settings are of another kind. */
export function settingsOf({ setup }: Pick<PipelineView, 'setup'>): string {
  // Lists of thousands ask for each of them again and again.
  const known = told.get(setup);
  if (known !== undefined) return known;
  const text = describe(setup);
  told.set(setup, text);
  return text;
}

function describe(setup: PipelineView['setup']): string {
  const read = setupSchema.safeParse(setup);
  if (!read.success) return '';
  const { name, options } = read.data.task;
  const { reconstructor, NR } = options;
  const { accelerations } = reconstructor.options;
  const folded = accelerations?.some((factor) => (factor ?? 1) > 1);
  const reconstruction = `${jobs.reconstructions[reconstructor.name]}${folded ? ` R ${accelerations!.join(' × ')}` : ''}`;
  const replicas = typeof NR === 'number' && ['pmr', 'cr'].includes(name) ? ` (${NR})` : '';
  return `${jobs.methods[name]}${replicas} · ${reconstruction}`;
}

export const isActive = (status: JobStatus): boolean => status === 'queued' || status === 'running';

export const nameOf = ({ alias }: Pick<PipelineView, 'alias'>): string => alias || jobs.unnamed;

/** Seconds that a running job still needs if it goes on as until now; undefined where nobody can tell yet. */
export function secondsLeft(
  { status, progress, startedAt }: Pick<PipelineView, 'status' | 'progress' | 'startedAt'>,
  now = Date.now(),
): number | undefined {
  if (status !== 'running' || startedAt === undefined || progress < 0.03) return undefined;
  const elapsed = (now - Date.parse(startedAt)) / 1000;
  return elapsed > 1 ? (elapsed * (1 - progress)) / progress : undefined;
}

/** Seconds from start to end, of a job that has ended. */
export function secondsTaken({
  startedAt,
  finishedAt,
}: Pick<PipelineView, 'startedAt' | 'finishedAt'>): number | undefined {
  return startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : undefined;
}
