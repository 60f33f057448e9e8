import { type PrivacyReport, scanFile, scrubFile } from '@mroptimum/calculation/local';
import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

const examples = `
Examples:
  mroptimum privacy scan meas.dat
  mroptimum privacy scrub meas.dat --out anonymous.dat
Values are never printed in full. Scrubbing keeps every length, so that nothing else in the file moves.`;

/** `mroptimum privacy scan|scrub FILE`: what identifies the patient, and its removal. */
export function privacyCommand(terminal: Terminal): Command {
  const command = new Command('privacy')
    .description('find or overwrite what identifies the patient in a raw file')
    .addHelpText('after', examples);
  command
    .command('scan')
    .description('list the fields that identify the patient; exit code 0 also where there are some')
    .argument('<file>')
    .option('--json', 'print one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      report(await scanFile(file), 'found', terminal, json);
    });
  command
    .command('scrub')
    .description('overwrite these fields, in place or in a copy')
    .argument('<file>')
    .option('-o, --out <file>', 'leave the file as it is and scrub a copy')
    .option('--json', 'print one JSON object')
    .action(async (file: string, { out, json }: { out?: string; json?: boolean }) => {
      report(await scrubFile(file, out), 'overwritten', terminal, json);
    });
  return command;
}

function report(
  { file, findings }: PrivacyReport,
  what: string,
  terminal: Terminal,
  json: boolean | undefined,
): void {
  if (json) {
    terminal.out(`${JSON.stringify({ ok: true, file, count: findings.length, findings })}\n`);
    return;
  }
  for (const { field, offset, length, preview } of findings) {
    terminal.out(
      `${field.padEnd(36)} byte ${String(offset).padStart(10)}, ${String(length).padStart(4)} bytes  ${preview}\n`,
    );
  }
  terminal.out(`${findings.length} identifying fields ${what} in ${file}\n`);
}
