import { makeFolder } from '@mroptimum/bundle/node';
import { MroError } from '@mroptimum/contract';
import type { Logger } from 'pino';
import { createLog } from './http/log.ts';
import { seedDemonstration } from './server/demonstration.ts';
import { logDestination } from './server/logFile.ts';
import { copyCommand, doctorCommand } from './server/maintenance.ts';
import { serverHelp, serverOptions } from './server/options.ts';
import { type RunningServer, startServer } from './server/start.ts';

/** What people read stands on standard output; the log, JSON lines, on standard error. */
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function serve(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return say(serverHelp);
  const options = serverOptions(args);
  // Also in a folder that others may enter, nobody else reads records, files or the log.
  process.umask(0o077);
  await makeFolder(options.data, 0o700).catch((cause: unknown) => {
    throw new MroError('MRO_BRAIN_STORAGE', `The data folder ${options.data} cannot be made.`, {
      hint: 'Choose another --data; `mroptimum doctor` looks at it.',
      cause,
    });
  });
  const { destination, path } = logDestination(options);
  const log = createLog({ level: options.logLevel, destination });
  const server = await startServer(options, log);
  const { address, administrator, platform } = server;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => endOn(server, log));

  say(
    `MR Optimum runs at ${options.origin ?? address}\nData: ${options.data}${path ? `\nLog:  ${path}` : ''}`,
  );
  if (administrator) {
    say(
      `\nAdministrator, shown this once:\n  e-mail    ${administrator.email}\n  password  ${administrator.password}\n`,
    );
    if (options.demonstration && options.unit) {
      await seedDemonstration(platform.deps, address, administrator.email).then(
        () => say('The administrator’s library holds a demonstration: an acquisition and its SNR map.'),
        (error: unknown) => log.warn({ err: error }, 'the demonstration was not made'),
      );
    }
  }
  say('Ctrl-C ends it.');
}

let endingSince: number | undefined;

/** Ends the server in order. A Ctrl-C arrives several times (terminal, npm); only a later one does not wait. */
function endOn(server: RunningServer, log: Logger): void {
  if (endingSince !== undefined) {
    if (performance.now() - endingSince > 1000) process.exit(130);
    return;
  }
  endingSince = performance.now();
  server.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ err: error }, 'the end was not clean');
      process.exit(1);
    },
  );
}

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  serve,
  backup: (args) => copyCommand('backup', args, say),
  restore: (args) => copyCommand('restore', args, say),
  async doctor(args) {
    process.exitCode = await doctorCommand(args, say);
  },
};

const [name, ...rest] = process.argv.slice(2);
try {
  await (commands[name ?? ''] ?? serve)(
    name !== undefined && name in commands ? rest : process.argv.slice(2),
  );
} catch (error) {
  if (!(error instanceof MroError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n  ${error.hint}\n`);
  process.exitCode = error.code.startsWith('MRO_CLI_') ? 2 : 1;
}
