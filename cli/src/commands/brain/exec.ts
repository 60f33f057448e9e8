import { Command } from 'commander';
import { brainFor, type ServerChoice } from '../../client/connection.ts';
import { fetchResult, follow } from '../../client/follow.ts';
import { storingUnit, submitJob, withUploads } from '../../client/submit.ts';
import { interruptible } from '../../interruptible.ts';
import { progressOn } from '../../progress.ts';
import { jobOf, type SnrOptions } from '../../task.ts';
import type { Terminal } from '../../terminal.ts';
import { addSnrOptions } from '../snr.ts';
import { addServerOptions } from './shared.ts';
import { uploader } from './uploader.ts';

interface ExecOptions extends SnrOptions, ServerChoice {
  readonly out: string;
  readonly alias?: string;
  readonly unit?: string;
  readonly mode?: string;
  readonly quiet?: boolean;
}

const examples = `
Examples:
  mroptimum exec meas.dat --noise noise.dat --out result
  mroptimum exec signal.npy --axes xyc --noise noise.npy --method pmr --replicas 100 --alias "Phantom, day 2"
Files that the library already holds are not sent again. Ctrl-C leaves the job running:
mroptimum jobs watch ID looks at it again.`;

/** `mroptimum exec SIGNAL`: upload, calculate on the server, download. */
export function execCommand(terminal: Terminal): Command {
  const command = new Command('exec')
    .description('SNR map of a raw file, calculated on the server: upload, run, download')
    .argument('<signal>', 'raw file of the image');
  return addServerOptions(addSnrOptions(command))
    .option('-o, --out <path>', 'folder, or file ending in .zip, of the result', 'mroptimum-result')
    .option('--alias <name>', 'its name in the list of jobs')
    .option('--unit <id>', 'computing unit (default: that of the server)')
    .option('--mode <mode>', 'local, mode1 or mode2, in place of a unit')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', examples)
    .action((signal: string, options: ExecOptions) => exec(signal, options, terminal));
}

async function exec(signal: string, options: ExecOptions, terminal: Terminal): Promise<void> {
  const request = jobOf(signal, options);
  const brain = await brainFor(options);
  const quiet = options.quiet ?? false;
  const place = await storingUnit(brain, options);
  const put = uploader(brain, terminal, quiet, place);
  const job = await withUploads(brain, request, process.cwd(), put, place);
  const { id } = await submitJob(brain, job, options);
  if (!quiet) terminal.err(`Job ${id}\n`);
  const progress = progressOn(terminal, quiet);
  const ended = await interruptible(terminal, progress, (stop) => follow(brain, id, progress, stop));
  await fetchResult(brain, id, options.out);
  terminal.out(
    options.json
      ? `${JSON.stringify({ ok: true, out: options.out, job: id, ...ended.result })}\n`
      : `Job ${id} completed.\nWritten to ${options.out}\n`,
  );
}
