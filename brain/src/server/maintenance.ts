import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MroError } from '@mroptimum/contract';
import { backup, restore } from '../operations/backup.ts';
import { examine, report } from './doctor/index.ts';
import { dataFolder, serverOptions } from './options.ts';

const help = {
  backup: `Usage: mroptimum backup FOLDER [--data FOLDER]

Writes a consistent copy of accounts, records, files and keys into a new folder, also while the server runs.
Keep it as safe as a password.
`,
  restore: `Usage: mroptimum restore FOLDER [--data FOLDER]

Makes a data folder out of a backup; every file is compared with its checksum. Refuses a folder that holds data.
`,
  doctor: `Usage: mroptimum doctor [--data FOLDER] [--port N] [--host ADDRESS] [--json]

Looks at Node, ports, disk, permissions, database, worker and clock, and says what to do. Exit code 1 where
something is wrong.
`,
};

type Say = (text: string) => void;

const asksHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

/** `backup FOLDER` and `restore FOLDER`; --data names the data folder, --json prints one object. */
export async function copyCommand(
  name: 'backup' | 'restore',
  args: readonly string[],
  say: Say,
): Promise<void> {
  if (asksHelp(args)) return say(help[name]);
  const { folder, data, json } = copyArguments(name, args);
  const done = name === 'backup' ? await backup(data, folder) : await restore(folder, data);
  if (json) return say(JSON.stringify({ ok: true, ...done }));
  const written = name === 'backup' ? folder : data;
  say(`${done.objects} objects, ${(done.bytes / 1e6).toFixed(1)} MB, written to ${written}.`);
  if (done.missing.length > 0) {
    say(`${done.missing.length} objects that records name are missing:\n  ${done.missing.join('\n  ')}`);
  }
}

function copyArguments(name: 'backup' | 'restore', args: readonly string[]) {
  const options = { data: { type: 'string' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length !== 1) throw new TypeError('Name one folder.');
    const data = resolve(values.data ?? process.env.MRO_DATA ?? dataFolder());
    return { folder: resolve(positionals[0]!), data, json: values.json ?? false };
  } catch (cause) {
    throw new MroError('MRO_CLI_USAGE', (cause as Error).message, {
      hint: `\`mroptimum ${name} --help\` shows how.`,
    });
  }
}

/** `doctor`; gives the exit code. */
export async function doctorCommand(args: readonly string[], say: Say): Promise<number> {
  if (asksHelp(args)) {
    say(help.doctor);
    return 0;
  }
  const findings = await examine(serverOptions(args.filter((arg) => arg !== '--json')));
  const ok = findings.every((finding) => finding.ok);
  say(args.includes('--json') ? JSON.stringify({ ok, findings }) : report(findings));
  return ok ? 0 : 1;
}
