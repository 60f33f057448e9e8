import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MroError, type TokenStore, type Tokens } from '@mroptimum/contract';

/** Who is signed in where. */
interface Accounts {
  /** The server of the last sign-in: the default of every command. */
  readonly current?: string;
  readonly servers: Readonly<Record<string, Tokens>>;
}

const staleAfter = 15_000;

/** The file that keeps tokens, readable by its owner alone. */
export function accountsFile(folder: string) {
  const path = join(folder, 'accounts.json');

  async function read(): Promise<Accounts> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as Accounts;
    } catch {
      // Absent or damaged: signing in again writes it anew.
      return { servers: {} };
    }
  }

  async function write(accounts: Accounts): Promise<void> {
    const fresh = `${path}.${process.pid}`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(fresh, JSON.stringify(accounts, undefined, 2), { mode: 0o600 });
      await chmod(fresh, 0o600);
      await rename(fresh, path);
    } catch (cause) {
      throw new MroError('MRO_CLI_FILE', `The sign-in cannot be kept in ${path}.`, { cause });
    }
  }

  return {
    async current(): Promise<string | undefined> {
      return (await read()).current;
    },

    /** Tokens of one server. */
    store(origin: string): TokenStore {
      return {
        load: async () => (await read()).servers[origin],
        async save(tokens) {
          const { servers, current } = await read();
          const { [origin]: _, ...others } = servers;
          await write({
            servers: tokens === undefined ? others : { ...others, [origin]: tokens },
            ...(tokens === undefined ? current !== undefined && { current } : { current: origin }),
          });
        },
        alone: (work) => alone(folder, work),
      };
    },
  };
}

/** One process at a time, by a file that only one can create; one left behind by a crash is taken over. */
async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, 'accounts.lock');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > staleAfter) await rm(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
