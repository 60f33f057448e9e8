import { asMroError, engineVersion, wasAborted } from '@mroptimum/calculation';
import { Command, CommanderError } from 'commander';
import { adminCommand } from './commands/brain/admin.ts';
import { dataCommand } from './commands/brain/data.ts';
import { execCommand } from './commands/brain/exec.ts';
import { jobsCommand } from './commands/brain/jobs.ts';
import { loginCommand, logoutCommand, whoamiCommand } from './commands/brain/session.ts';
import { unitsCommand } from './commands/brain/units.ts';
import { convertCommand } from './commands/convert.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { infoCommand } from './commands/info.ts';
import { privacyCommand } from './commands/privacy.ts';
import { runCommand } from './commands/run.ts';
import { backupCommand, restoreCommand, serveCommand } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';
import { snrCommand } from './commands/snr.ts';
import { unitCommand } from './commands/unit.ts';
import { failureBundleOf, failureJson } from './execute.ts';
import { EndedWith, exitCodeOf, exitCodes } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { unitJobCommand } from './unit/child.ts';

const description = 'SNR, g-factor and noise-covariance maps from raw MRI data.';

const help = `
Examples:
  mroptimum snr meas.dat --noise noise.dat
  mroptimum snr meas.dat --recon sense --decimate --accelerations 1,2 --acl null,24 --gfactor
  mroptimum snr signal.npy --axes xyc --noise noise.npy --method pmr --replicas 100 --out result.zip
  mroptimum run task.json --out result
  mroptimum info meas.dat
  mroptimum privacy scan meas.dat

With a server (npm start starts one on this machine):
  mroptimum login --server https://mroptimum.example.org --email ada@example.org
  mroptimum exec meas.dat --noise noise.dat --out result
  mroptimum jobs ls

Exit codes: 0 done, 1 the calculation failed, 2 wrong usage or task, 3 unreadable input,
4 the result could not be written, 5 the server refused or cannot be reached, 6 not signed in, 130 interrupted.`;

/** Runs one command line; resolves to the exit code. Nothing is thrown. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = buildProgram(terminal);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    if (error instanceof EndedWith) return error.exitCode;
    return reportFailure(error, args, terminal);
  }
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command('mroptimum')
    .description(description)
    .version(engineVersion, '-V, --version')
    .addHelpText('after', help);
  for (const command of [
    snrCommand,
    runCommand,
    infoCommand,
    simulateCommand,
    convertCommand,
    privacyCommand,
    demoCommand,
    loginCommand,
    logoutCommand,
    whoamiCommand,
    execCommand,
    dataCommand,
    jobsCommand,
    unitsCommand,
    unitCommand,
    adminCommand,
    doctorCommand,
    serveCommand,
    backupCommand,
    restoreCommand,
  ]) {
    program.addCommand(command(terminal));
  }
  program.addCommand(unitJobCommand(), { hidden: true });
  configure(program, terminal);
  return program;
}

/** No command may write past the terminal or end the process. */
function configure(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  command.showHelpAfterError('(add --help for the options and examples)');
  for (const sub of command.commands) configure(sub, terminal);
}

function reportFailure(thrown: unknown, args: readonly string[], terminal: Terminal): number {
  const error = asMroError(thrown);
  const out = failureBundleOf(error);
  const json = args.includes('--json');
  if (json) terminal.out(`${JSON.stringify(failureJson(error, out))}\n`);
  if (wasAborted(error)) {
    terminal.err('Interrupted: nothing was written.\n');
    return exitCodes.interrupted;
  }
  terminal.err(`${error.code}: ${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`);
  if (out !== undefined) terminal.err(`  What was done until then: ${out}\n`);
  return exitCodeOf(error.code);
}
