import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Brain, endpoints, MroError, type PipelineView } from '@mroptimum/contract';
import { Command } from 'commander';
import { brainFor, type ServerChoice } from '../../client/connection.ts';
import { fetchResult, follow } from '../../client/follow.ts';
import { storingUnit, submitJob, withUploads } from '../../client/submit.ts';
import { interruptible } from '../../interruptible.ts';
import { progressOn } from '../../progress.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from '../../values.ts';
import { addServerOptions, answer, table, time, upTo } from './shared.ts';
import { uploader } from './uploader.ts';

interface SubmitFlags extends ServerChoice {
  readonly alias?: string;
  readonly unit?: string;
  readonly mode?: string;
  readonly quiet?: boolean;
}

/** `mroptimum jobs submit|ls|show|watch|cancel|retry|results|rm` */
export function jobsCommand(terminal: Terminal): Command {
  const command = new Command('jobs').description('calculations on the server');
  const cancel = each(terminal, 'cancel', 'stop jobs', (brain, id) =>
    brain.call(endpoints.cancelJob, { params: { id } }),
  );
  const retry = each(terminal, 'retry', 'queue jobs again that failed or were cancelled', (brain, id) =>
    brain.call(endpoints.retryJob, { params: { id } }),
  );
  const remove = each(terminal, 'rm', 'delete jobs with their results', (brain, id) =>
    brain.call(endpoints.deleteJob, { query: { id } }),
  );
  for (const sub of [submit(terminal), list(terminal), show(terminal), watch(terminal), cancel, retry]) {
    command.addCommand(addServerOptions(sub));
  }
  command.addCommand(addServerOptions(results(terminal)));
  command.addCommand(addServerOptions(remove));
  return command;
}

function submit(terminal: Terminal): Command {
  return new Command('submit')
    .description('queue a task or job file; its files on this machine are uploaded')
    .argument('<task>', 'JSON file (version v0)')
    .option('--alias <name>', 'its name in the list of jobs')
    .option('--unit <id>', 'computing unit (default: that of the server)')
    .option('--mode <mode>', 'local, mode1 or mode2, in place of a unit')
    .option('-q, --quiet', 'no progress')
    .action((path: string, options: SubmitFlags) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const text = await textOf(path);
          const place = await storingUnit(brain, options);
          const put = uploader(brain, terminal, options.quiet ?? false, place);
          const job = await withUploads(brain, text, dirname(resolve(path)), put, place);
          const { id, computingUnit } = await submitJob(brain, job, options);
          return { job: id, computingUnit };
        },
        ({ job, computingUnit }) => `${job}  queued for ${computingUnit.alias}\n`,
      ),
    );
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MroError('MRO_CLI_FILE', `The task ${path} cannot be read.`, { cause });
  }
}

function list(terminal: Terminal): Command {
  return new Command('ls')
    .description('jobs, newest first')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 20)
    .action((options: ServerChoice & { limit: number }) =>
      answer(
        terminal,
        options,
        async (brain) => ({
          jobs: await upTo(options.limit, async (cursor, limit) => {
            const { jobs, nextCursor } = await brain.call(endpoints.jobs, { query: { cursor, limit } });
            return { items: jobs, ...(nextCursor !== undefined && { nextCursor }) };
          }),
        }),
        ({ jobs }) =>
          table(
            ['id', 'alias', 'status', 'queued', ''],
            jobs.map((job) => [job.id, job.alias, job.status, time(job.createdAt), remark(job)]),
          ),
      ),
    );
}

const remark = ({ status, progress, error }: PipelineView): string =>
  status === 'running' ? `${Math.floor(100 * progress)} %` : (error?.code ?? '');

function show(terminal: Terminal): Command {
  return new Command('show')
    .description('all about a job')
    .argument('<id>')
    .action((id: string, options: ServerChoice) =>
      answer(
        terminal,
        options,
        async (brain) => ({ job: await brain.call(endpoints.job, { params: { id } }) }),
        ({ job }) => `${JSON.stringify(withoutLinks(job), undefined, 2)}\n`,
      ),
    );
}

/** Links are permissions; a terminal's history is no place for them. */
const withoutLinks = (job: PipelineView) => ({
  ...job,
  files: job.files.map(({ link, ...file }) => file),
});

function watch(terminal: Terminal): Command {
  return new Command('watch')
    .description('show progress and log until the job has ended; Ctrl-C leaves the job alone')
    .argument('<id>')
    .option('-q, --quiet', 'only say how it ended')
    .action((id: string, options: ServerChoice & { quiet?: boolean }) => {
      const progress = progressOn(terminal, options.quiet ?? false);
      return answer(
        terminal,
        options,
        async (brain) => ({
          job: await interruptible(terminal, progress, (signal) => follow(brain, id, progress, signal)),
        }),
        ({ job }) => `${job.id}  ${job.status}\n`,
      );
    });
}

function results(terminal: Terminal): Command {
  return new Command('results')
    .description('download the result of a job')
    .argument('<id>')
    .option('-o, --out <path>', 'folder, or file ending in .zip', 'mroptimum-result')
    .action((id: string, options: ServerChoice & { out: string }) =>
      answer(
        terminal,
        options,
        async (brain) => {
          await fetchResult(brain, id, options.out);
          return { out: options.out };
        },
        ({ out }) => `Written to ${out}\n`,
      ),
    );
}

function each(
  terminal: Terminal,
  name: string,
  description: string,
  act: (brain: Brain, id: string) => Promise<unknown>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<ids...>')
    .action(async (ids: string[], options: ServerChoice) => {
      const brain = await brainFor(options);
      for (const id of ids) await act(brain, id);
      terminal.out(options.json ? `${JSON.stringify({ ok: true, ids })}\n` : `${name}: ${ids.join(', ')}\n`);
    });
}
