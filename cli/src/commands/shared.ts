import type { Command } from 'commander';
import { path, positiveNumber, wholeNumber } from '../values.ts';

/** Options of every command that runs a calculation. */
export function addRunOptions(command: Command): Command {
  return command
    .option('-o, --out <path>', 'folder, or file ending in .zip, of the result', path, 'mroptimum-result')
    .option('-t, --threads <n>', 'threads (default: all cores)', wholeNumber(1))
    .option(
      '--memory-limit <GB>',
      'refuse jobs that need more (default: three quarters of the machine)',
      positiveNumber,
    )
    .option('--json', 'print one JSON object with the summary on standard output')
    .option('-q, --quiet', 'no progress');
}
