import { type Brain, connect, MroError, tokensInMemory } from '@mroptimum/contract';
import { fetchLink } from './fetchLink.ts';
import { configFolder } from './folders.ts';
import { accountsFile } from './tokenFile.ts';

/** Options of every command that talks to a server. */
export interface ServerChoice {
  readonly server?: string;
  readonly json?: boolean;
}

const standardServer = 'http://127.0.0.1:8080';

/** The address as given, or an error that says what one looks like. */
export function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new MroError('MRO_CLI_USAGE', `${text} is no address of a server.`, {
      hint: 'It looks like http://127.0.0.1:8080 or https://mroptimum.example.org.',
    });
  }
  return url.origin;
}

/**
 * The server that is meant: --server, MRO_SERVER, the one of the last sign-in, or the one that `npm start`
 * starts on this machine. MRO_TOKEN holds a personal token in place of a sign-in.
 */
export async function brainFor({ server }: ServerChoice, env = process.env): Promise<Brain> {
  const accounts = accountsFile(configFolder(env));
  const origin = originOf(server ?? env.MRO_SERVER ?? (await accounts.current()) ?? standardServer);
  return env.MRO_TOKEN
    ? connect({ origin, tokens: tokensInMemory(), apiToken: env.MRO_TOKEN, fetchLink })
    : connect({ origin, tokens: accounts.store(origin), fetchLink });
}
