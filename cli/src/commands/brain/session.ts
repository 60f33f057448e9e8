import { createInterface } from 'node:readline/promises';
import { endpoints, MroError } from '@mroptimum/contract';
import { Command } from 'commander';
import { brainFor, type ServerChoice } from '../../client/connection.ts';
import type { Terminal } from '../../terminal.ts';
import { addServerOptions, answer, bytes } from './shared.ts';

const examples = `
Examples:
  mroptimum login --server https://mroptimum.example.org --email ada@example.org
  MRO_PASSWORD=… mroptimum login --email ada@example.org
The password is asked for, or taken from MRO_PASSWORD. In scripts a personal token in MRO_TOKEN needs no login.`;

/** `mroptimum login` */
export function loginCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('login'))
    .description('sign in at a server; later commands go there')
    .option('--email <address>', 'who signs in (default: MRO_EMAIL, or asked for)')
    .addHelpText('after', examples)
    .action(async (options: ServerChoice & { email?: string }) => {
      const email = options.email ?? process.env.MRO_EMAIL ?? (await ask('E-mail: '));
      const password = process.env.MRO_PASSWORD ?? (await askSilently('Password: '));
      await answer(
        terminal,
        options,
        async (brain) => {
          await brain.signIn(email, password);
          return { server: brain.origin, email };
        },
        ({ server }) => `Signed in at ${server} as ${email}.\n`,
      );
    });
}

/** `mroptimum logout` */
export function logoutCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('logout'))
    .description('sign out: the server forgets this session, this machine its tokens')
    .action((options: ServerChoice) =>
      answer(
        terminal,
        options,
        async (brain) => {
          await brain.signOut();
          return { server: brain.origin };
        },
        ({ server }) => `Signed out at ${server}.\n`,
      ),
    );
}

/** `mroptimum whoami` */
export function whoamiCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('whoami'))
    .description('who is signed in, where, and how much room is used')
    .action(async (options: ServerChoice) => {
      const { origin } = await brainFor(options);
      await answer(
        terminal,
        options,
        async (brain) => ({ server: origin, ...(await brain.call(endpoints.profile)) }),
        ({ email, level, server, usage }) =>
          `${email} (${level}) at ${server}, ${bytes(usage.storageBytes)} stored\n`,
      );
    });
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new MroError('MRO_CLI_USAGE', 'Nobody can be asked who signs in.', {
      hint: 'Give --email and MRO_PASSWORD, or a personal token in MRO_TOKEN.',
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** Reads a line without showing it. */
async function askSilently(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new MroError('MRO_CLI_USAGE', 'Nobody can be asked for the password.', {
      hint: 'Give it in MRO_PASSWORD, or a personal token in MRO_TOKEN.',
    });
  }
  stderr.write(question);
  stdin.setRawMode(true).setEncoding('utf8');
  let typed = '';
  try {
    for await (const keys of stdin) {
      for (const key of String(keys)) {
        if (key === '\r' || key === '\n') return typed;
        if (key === '\u0003') throw new MroError('MRO_JOB_ABORTED', 'Stopped.');
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
