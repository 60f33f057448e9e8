import { type AccountView, type Brain, endpoints, MroError } from '@mroptimum/contract';
import { Command } from 'commander';
import type { ServerChoice } from '../../client/connection.ts';
import type { Terminal } from '../../terminal.ts';
import { positiveNumber, wholeNumber } from '../../values.ts';
import { addServerOptions, answer, table, time, upTo } from './shared.ts';

/** `mroptimum admin users|approve|disable|quota` */
export function adminCommand(terminal: Terminal): Command {
  const command = new Command('admin').description('accounts of a server, for its administrators');
  command.addCommand(addServerOptions(users(terminal)));
  command.addCommand(
    addServerOptions(
      change(terminal, 'approve', 'let accounts in that wait, or that were disabled', endpoints.approveUser),
    ),
  );
  command.addCommand(
    addServerOptions(change(terminal, 'disable', 'shut accounts out, at once', endpoints.disableUser)),
  );
  command.addCommand(addServerOptions(quota(terminal)));
  return command;
}

function users(terminal: Terminal): Command {
  return new Command('users')
    .description('accounts, newest first')
    .option('--status <name>', 'only those that are pending, approved or disabled')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 200)
    .action((options: ServerChoice & { limit: number; status?: string }) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const all = await upTo(options.limit, (cursor, limit) =>
            brain.call(endpoints.users, { query: { cursor, limit } }),
          );
          return {
            users: all.filter(({ status }) => options.status === undefined || status === options.status),
          };
        },
        (found) =>
          table(
            ['e-mail', 'user name', 'status', 'role', 'since'],
            found.users.map((user) => [
              user.email,
              user.username,
              user.status,
              user.level,
              time(user.created_at),
            ]),
          ),
      ),
    );
}

function change(
  terminal: Terminal,
  name: string,
  description: string,
  endpoint: typeof endpoints.approveUser,
): Command {
  return new Command(name)
    .description(description)
    .argument('<accounts...>', 'e-mail addresses or ids')
    .action((names: string[], options: ServerChoice) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const accounts = [];
          for (const account of names) accounts.push(await accountNamed(brain, account));
          for (const { id } of accounts) await brain.call(endpoint, { params: { id } });
          return { accounts: accounts.map(({ email }) => email) };
        },
        ({ accounts }) => `${name}: ${accounts.join(', ')}\n`,
      ),
    );
}

interface QuotaOptions extends ServerChoice {
  storage?: number;
  jobs?: number;
}

function quota(terminal: Terminal): Command {
  return new Command('quota')
    .description('limits of an account; what is not given follows the setting of the server')
    .argument('<account>', 'e-mail address or id')
    .option('--storage <GB>', 'room for files', positiveNumber)
    .option('--jobs <n>', 'calculations a month, of every mode', wholeNumber(0))
    .action((name: string, options: QuotaOptions) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const { id, email } = await accountNamed(brain, name);
          const { storage, jobs } = options;
          const limits = {
            ...(storage !== undefined && { storageBytes: Math.round(storage * 1e9) }),
            ...(jobs !== undefined && { jobsPerMonth: { local: jobs, mode1: jobs, mode2: jobs } }),
          };
          await brain.call(endpoints.setQuota, { params: { id }, body: { quota: limits } });
          return { account: email, quota: limits };
        },
        ({ account }) => `Limits of ${account} set.\n`,
      ),
    );
}

async function accountNamed(brain: Brain, name: string): Promise<AccountView> {
  const wanted = name.trim().toLowerCase();
  const query = wanted.includes('@') ? { email: wanted } : {};
  const found = await upTo(10_000, (cursor, limit) =>
    brain.call(endpoints.users, { query: { ...query, cursor, limit } }),
  );
  const account = found.find(({ id, email, username }) => [id, email, username].includes(wanted));
  if (account) return account;
  throw new MroError('MRO_BRAIN_NOT_FOUND', `There is no account ${name}.`, {
    hint: '`mroptimum admin users` lists them.',
  });
}
