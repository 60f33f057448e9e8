import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { connect, MroError, tokensInMemory } from '@mroptimum/contract';
import { Command } from 'commander';
import { originOf } from '../client/connection.ts';
import type { Terminal } from '../terminal.ts';
import { work } from '../unit/work.ts';
import { positiveNumber, wholeNumber } from '../values.ts';

interface UnitOptions {
  brain: string;
  token?: string;
  unit?: string;
  jobs: number;
  threads?: number;
  memory?: number;
  spool: string;
}

const examples = `
Examples:
  MRO_TOKEN=… mroptimum unit --brain http://server:8080
  mroptimum unit --brain https://mroptimum.example.org --token mro_… --threads 8 --memory 24
Make the token on the server, with the scope unit:run. The unit asks the server for jobs: no port of this machine
has to be open. Ctrl-C hands the job back to the server.`;

/** `mroptimum unit`: this machine calculates for a server. */
export function unitCommand(terminal: Terminal): Command {
  return new Command('unit')
    .description('calculate jobs of a server on this machine')
    .requiredOption('--brain <address>', 'address of the server')
    .option(
      '--token <token>',
      'personal token with the scope unit:run (better: MRO_TOKEN, which nobody sees)',
    )
    .option('--unit <id>', 'computing unit to work for (default: your own)')
    .option('--jobs <n>', 'jobs at the same time, as their memory allows', wholeNumber(1), 1)
    .option('-t, --threads <n>', 'threads (default: all cores)', wholeNumber(1))
    .option('--memory <GB>', 'memory for calculations (default: three quarters)', positiveNumber)
    .option('--spool <folder>', 'where files lie while a job runs', ownSpool())
    .addHelpText('after', examples)
    .action(async (options: UnitOptions) => {
      const stop = new AbortController();
      const stopListening = terminal.onInterrupt(() => stop.abort());
      // Started by a server, the unit ends with it.
      process.once('disconnect', () => stop.abort());
      try {
        await work(
          {
            brain: connect({
              origin: originOf(options.brain),
              tokens: tokensInMemory(),
              apiToken: tokenOf(options),
            }),
            unitId: options.unit,
            jobs: options.jobs,
            threads: options.threads ?? availableParallelism(),
            memoryBytes: options.memory === undefined ? ownMemory() : options.memory * 1e9,
            spool: options.spool,
            say: (text) => terminal.err(`${text}\n`),
          },
          stop.signal,
        );
      } finally {
        stopListening();
        if (process.connected) process.disconnect();
      }
    });
}

/** In the folder for temporary files, which users share: each has one of his own. */
const ownSpool = (): string =>
  join(tmpdir(), `mroptimum-unit${process.getuid ? `-${process.getuid()}` : ''}`);

function tokenOf({ token }: UnitOptions): string {
  const given = token ?? process.env.MRO_TOKEN;
  if (given) return given;
  throw new MroError('MRO_CLI_USAGE', 'A unit needs a token: --token or the environment variable MRO_TOKEN.');
}

/** Three quarters of what this process may have; containers are often allowed less than the machine has. */
function ownMemory(): number {
  const allowed = process.constrainedMemory();
  return 0.75 * (allowed > 0 && allowed < totalmem() ? allowed : totalmem());
}
