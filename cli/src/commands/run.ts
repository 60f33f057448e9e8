import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { Command } from 'commander';
import { execute, type RunOptions } from '../execute.ts';
import type { Terminal } from '../terminal.ts';
import { addRunOptions } from './shared.ts';

const examples = `
Examples:
  mroptimum run task.json --out result
  mroptimum run task.json --data ./downloads --out result.zip
A task names its files relative to its own folder. Files that it has in a bucket are looked up by their
name in the folder given by --data.`;

/** `mroptimum run TASK`: a task or job file of version v0. */
export function runCommand(terminal: Terminal): Command {
  const command = new Command('run')
    .description('run a task or job file (version v0)')
    .argument('<task>', 'JSON file')
    .option('--data <folder>', 'where files lie that the task has in a bucket or on the web');
  return addRunOptions(command)
    .addHelpText('after', examples)
    .action(async (path: string, options: RunOptions & { data?: string }) => {
      const base = dirname(resolve(path));
      await execute(await textOf(path), options, terminal, {
        base,
        ...(options.data && { data: options.data }),
      });
    });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MroError('MRO_CLI_FILE', `The task ${path} cannot be read.`, { cause });
  }
}
