import { Command } from 'commander';
import { brainFor } from '../client/connection.ts';
import { awsCommand } from '../cloud/aws.ts';
import type { Finding } from '../cloud/checks.ts';
import { examine } from '../cloud/doctor.ts';
import { EndedWith, exitCodes } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { passedOn, runServer } from './serve.ts';

interface CloudOptions {
  readonly stack: string;
  readonly region?: string;
  readonly server?: string;
  readonly json?: boolean;
}

/** `mroptimum doctor`: a server on this machine; with --cloud, a deployment in AWS. */
export const doctorCommand = (terminal: Terminal): Command =>
  passedOn(
    terminal,
    'doctor',
    'what is wrong with a server on this machine, or in AWS (--cloud), and what to do',
  ).action(async (args: string[]) => {
    if (args.includes('--cloud')) await cloudDoctor(terminal).parseAsync(args, { from: 'user' });
    else {
      const exitCode = await runServer(terminal, ['doctor', ...args]);
      if (exitCode !== exitCodes.ok) throw new EndedWith(exitCode);
    }
  });

function cloudDoctor(terminal: Terminal): Command {
  return new Command('mroptimum doctor --cloud')
    .description(
      'what is wrong with a deployment in AWS, line by line of docs/troubleshooting.md; changes nothing',
    )
    .requiredOption('--cloud')
    .option('--stack <name>', 'the stack of the calculation', 'mroptimum')
    .option('--region <region>', 'default: that of your AWS settings')
    .option('--server <address>', 'the server (default: MRO_SERVER, or that of the last sign-in)')
    .option('--json', 'print one JSON object')
    .action(async (options: CloudOptions) => {
      const findings: Finding[] = [];
      const brain = await brainFor(options);
      for await (const finding of examine(awsCommand(options.region), options.stack, brain, fetch)) {
        findings.push(finding);
        if (!options.json) terminal.out(`${finding.ok ? '✓' : '✗'} ${finding.what}: ${finding.words}\n`);
      }
      const ok = findings.every((finding) => finding.ok);
      if (options.json) terminal.out(`${JSON.stringify({ ok, findings })}\n`);
      if (!ok) throw new EndedWith(exitCodes.failed);
    });
}
