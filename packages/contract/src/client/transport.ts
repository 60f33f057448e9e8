import { MroError } from '../errors.ts';
import { refusal, unreachable } from './errors.ts';
import type { TokenStore, Tokens } from './tokens.ts';

export interface TransportOptions {
  /** Address of the server, such as http://127.0.0.1:8080. */
  readonly origin: string;
  readonly tokens: TokenStore;
  /** A personal token in place of a session. */
  readonly apiToken?: string;
  /** How a refresh token becomes new tokens; undefined where the server no longer takes it. */
  readonly refresh: (refreshToken: string) => Promise<Tokens | undefined>;
  readonly fetch?: typeof fetch;
  /** Sends to links of files, where something moves many bytes faster than `fetch`. */
  readonly fetchLink?: typeof fetch;
  readonly now?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
}

export interface Outgoing {
  readonly method: string;
  /** Below the origin, or a whole address (a link of the server), which gets no token. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly anonymous?: boolean;
  /** Whether it may be sent again where nobody knows if it arrived. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
}

/** Sends requests: adds the token, renews it, tries again where the network or the server falters. */
export interface Transport {
  /** @throws MroError as the server said it, or MRO_CLI_SERVER where none answers */
  send(request: Outgoing): Promise<Response>;
}

const tries = 4;
const passing = new Set([429, 502, 503, 504]);
/** Tokens are renewed a little before they end. */
const margin = 30_000;

export function transport(options: TransportOptions): Transport {
  const { origin, tokens, now = Date.now, wait = sleep } = options;
  const fetchOwn = options.fetch ?? fetch;
  const fetchLink = options.fetchLink ?? fetchOwn;

  /** The access token; renewed where it ends soon, or where the server refused `refused`. */
  async function accessToken(refused?: string): Promise<string> {
    if (options.apiToken !== undefined) return options.apiToken;
    const usable = (held: Tokens | undefined): boolean =>
      held !== undefined && held.access !== refused && held.expiresAt - margin > now();
    const held = await tokens.load();
    if (usable(held)) return held!.access;
    return tokens.alone(async () => {
      const latest = await tokens.load();
      if (usable(latest)) return latest!.access;
      const renewed = latest && (await options.refresh(latest.refresh));
      await tokens.save(renewed);
      if (renewed === undefined) throw new MroError('MRO_CLI_SIGN_IN', `You are not signed in at ${origin}.`);
      return renewed.access;
    });
  }

  async function once(request: Outgoing, token: string | undefined): Promise<Response> {
    const { method, body, signal } = request;
    const headers = {
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...request.headers,
    };
    const send = isLink(request.url) ? fetchLink : fetchOwn;
    return send(new URL(request.url, `${origin}/`), {
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  }

  /** Again after a pause, longer each time, while the answer or its absence may pass. */
  async function patiently(request: Outgoing, token: string | undefined): Promise<Response> {
    const repeatable = request.repeatable ?? request.method === 'GET';
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === tries || !repeatable;
      try {
        const response = await once(request, token);
        if (last || !passing.has(response.status)) return response;
        await response.body?.cancel();
        await wait(pause(attempt, response.headers.get('retry-after')));
      } catch (error) {
        if (request.signal?.aborted) throw aborted(error);
        if (last) throw unreachable(origin, error);
        await wait(pause(attempt, null));
      }
    }
  }

  return {
    async send(request) {
      const signed = !isLink(request.url) && !request.anonymous;
      let token = signed ? await accessToken() : undefined;
      let response = await patiently(request, token);
      if (response.status === 401 && token !== undefined && options.apiToken === undefined) {
        await response.body?.cancel();
        token = await accessToken(token);
        response = await patiently(request, token);
      }
      if (response.ok) return response;
      throw await refusal(response);
    },
  };
}

const isLink = (url: string): boolean => /^https?:/i.test(url);

/** 0.25, 0.5, 1 … s, or as long as the server asks, at most 20 s. */
function pause(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter) * 1000;
  return retryAfter !== null && asked >= 0 ? Math.min(asked, 20_000) : 125 * 2 ** attempt;
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const aborted = (cause: unknown): MroError => new MroError('MRO_JOB_ABORTED', 'Stopped.', { cause });
