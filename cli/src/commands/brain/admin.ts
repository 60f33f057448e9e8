import { type AccountView, type Brain, endpoints, MroError, modeOf } from '@mroptimum/contract';
import { Command, InvalidArgumentError, Option } from 'commander';
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

const states = ['pending', 'approved', 'disabled'];
/** Accounts that are looked through for what the server cannot filter. */
const manyAccounts = 10_000;

function users(terminal: Terminal): Command {
  return new Command('users')
    .description('accounts, newest first')
    .addOption(new Option('--status <name>', 'only those that are').choices(states))
    .option('--limit <n>', 'at most so many', wholeNumber(1), 200)
    .action((options: ServerChoice & { limit: number; status?: string }) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const { status: wanted, limit: most } = options;
          const all = await upTo(wanted === undefined ? most : manyAccounts, (cursor, limit) =>
            brain.call(endpoints.users, { query: { cursor, limit } }),
          );
          const chosen = all.filter(({ status }) => wanted === undefined || status === wanted);
          return { users: chosen.slice(0, most) };
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

type Mode = NonNullable<ReturnType<typeof modeOf>>;

interface QuotaOptions extends ServerChoice {
  storage?: number;
  jobs?: number;
  mode?: Mode;
}

function modeNamed(text: string): Mode {
  const mode = modeOf(text);
  if (mode === undefined) throw new InvalidArgumentError('Expected local, mode1 or mode2.');
  return mode;
}

/** The limits that an account gets. With a mode everything else stays as it is. */
export function limitsOf(
  { quota: earlier }: Pick<AccountView, 'quota'>,
  { storage, jobs, mode }: Pick<QuotaOptions, 'storage' | 'jobs' | 'mode'>,
): AccountView['quota'] {
  const room = storage === undefined ? {} : { storageBytes: Math.round(storage * 1e9) };
  if (mode !== undefined) {
    const { [mode]: _, ...others } = earlier.jobsPerMonth ?? {};
    const jobsPerMonth = jobs === undefined ? others : { ...others, [mode]: jobs };
    return { ...earlier, ...room, jobsPerMonth };
  }
  if (jobs === undefined) return room;
  return { ...room, jobsPerMonth: { local: jobs, mode1: jobs, mode2: jobs } };
}

function quota(terminal: Terminal): Command {
  return new Command('quota')
    .description('limits of an account; what is not given follows the setting of the server')
    .argument('<account>', 'e-mail address or id')
    .option('--storage <GB>', 'room for files', positiveNumber)
    .option('--jobs <n>', 'calculations a month, of every mode', wholeNumber(0))
    .option('--mode <mode>', 'change those of local, mode1 or mode2 alone', modeNamed)
    .action((name: string, options: QuotaOptions) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const account = await accountNamed(brain, name);
          const limits = limitsOf(account, options);
          await brain.call(endpoints.setQuota, { params: { id: account.id }, body: { quota: limits } });
          return { account: account.email, quota: limits };
        },
        ({ account }) => `Limits of ${account} set.\n`,
      ),
    );
}

async function accountNamed(brain: Brain, name: string): Promise<AccountView> {
  const wanted = name.trim().toLowerCase();
  const query = wanted.includes('@') ? { email: wanted } : {};
  const found = await upTo(manyAccounts, (cursor, limit) =>
    brain.call(endpoints.users, { query: { ...query, cursor, limit } }),
  );
  const account = found.find(({ id, email, username }) => [id, email, username].includes(wanted));
  if (account) return account;
  throw new MroError('MRO_BRAIN_NOT_FOUND', `There is no account ${name}.`, {
    hint: '`mroptimum admin users` lists them.',
  });
}
