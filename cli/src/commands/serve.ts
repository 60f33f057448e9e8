import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { EndedWith, exitCodes } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** The server is a program of its own, which lies beside this one. */
function serverProgram(): string {
  const beside = fileURLToPath(new URL('./server.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../brain/src/server.ts', import.meta.url));
}

/** Runs the server's program with these arguments; its exit code becomes that of the command. */
export function runServer(terminal: Terminal, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [serverProgram(), ...args], { stdio: 'inherit' });
  // A terminal interrupts both; the server ends cleanly, and this process after it.
  const stop = terminal.onInterrupt(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      stop();
      resolve(code ?? 1);
    });
  });
}

export function passedOn(terminal: Terminal, name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[arguments...]', 'see --help')
    .action(async (args: string[]) => {
      const exitCode = await runServer(terminal, [name, ...args]);
      if (exitCode !== exitCodes.ok) throw new EndedWith(exitCode);
    });
}

/** `mroptimum serve` */
export const serveCommand = (terminal: Terminal): Command =>
  passedOn(terminal, 'serve', 'the MR Optimum server, with a computing unit inside');

/** `mroptimum backup FOLDER` */
export const backupCommand = (terminal: Terminal): Command =>
  passedOn(terminal, 'backup', 'a consistent copy of all a server keeps, also while it runs');

/** `mroptimum restore FOLDER` */
export const restoreCommand = (terminal: Terminal): Command =>
  passedOn(terminal, 'restore', 'put a backup in place, while the server is stopped');
