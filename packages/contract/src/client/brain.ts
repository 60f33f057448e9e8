import type { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { unexpected } from './errors.ts';
import { readEvents } from './events.ts';
import type { TokenStore, Tokens } from './tokens.ts';
import { type Transport, transport } from './transport.ts';

/** Values for the `{…}` of a path. */
type Parameters = Readonly<Record<string, string>>;
type Query = Readonly<Record<string, string | number | undefined>>;

type Call<Body> = {
  readonly params?: Parameters;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly repeatable?: boolean;
} & (Body extends z.ZodType ? { readonly body: z.input<Body> } : { readonly body?: undefined });

export type PipelineEventView = z.infer<(typeof endpoints)['event']>;

/** A brain, as programs talk to it. Every answer is checked against the schema that the server states. */
export interface Brain {
  readonly origin: string;
  call<Answer extends z.ZodType, Body extends z.ZodType | undefined>(
    endpoint: Endpoint<Answer, Body>,
    ...[call]: Body extends z.ZodType ? [Call<Body>] : [Call<Body>?]
  ): Promise<z.infer<Answer>>;
  /** A request to a link of the server, or any request that answers no JSON. */
  readonly send: Transport['send'];
  signIn(email: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  /** Signs out everywhere, here too. */
  signOutEverywhere(): Promise<void>;
  /** Signs out everywhere but here. */
  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  /**
   * Events of a job from the first on (or after `after`) until it has ended; broken connections are taken up
   * where they broke.
   */
  events(
    pipeline: string,
    options?: { after?: number; signal?: AbortSignal },
  ): AsyncGenerator<PipelineEventView>;
}

export interface BrainOptions {
  readonly origin: string;
  readonly tokens: TokenStore;
  readonly apiToken?: string;
  readonly fetch?: typeof fetch;
  /** For links of files, where something moves many bytes faster than `fetch`. */
  readonly fetchLink?: typeof fetch;
}

/** Connects to a brain; nothing is sent yet. */
export function connect(options: BrainOptions): Brain {
  const { origin, tokens } = options;
  const { send } = transport({ ...options, refresh });

  const call = async <Answer extends z.ZodType>(
    endpoint: Endpoint<Answer>,
    { params, query, body, headers, signal, repeatable }: Call<z.ZodType> | Call<undefined> = {},
  ): Promise<z.infer<Answer>> => {
    const response = await send({
      method: endpoint.method,
      url: address(endpoint.path, params, query),
      anonymous: endpoint.anonymous,
      repeatable: repeatable ?? endpoint.repeatable,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(headers && { headers }),
      ...(signal && { signal }),
    });
    const answer = endpoint.answer.safeParse(await response.json().catch(() => undefined));
    if (!answer.success) throw unexpected(response, `answers ${endpoint.path} in a shape`);
    return answer.data;
  };

  async function refresh(refreshToken: string): Promise<Tokens | undefined> {
    const { send: plain } = transport({ ...options, refresh: async () => undefined });
    const { method, path } = endpoints.refresh;
    const body = JSON.stringify({ refresh_token: refreshToken });
    const response = await plain({ method, url: path, body, anonymous: true }).catch((error) => {
      if (['MRO_CLI_SERVER', 'MRO_INTERNAL', 'MRO_BRAIN_TOO_MANY'].includes(error.code)) throw error;
      return undefined;
    });
    return response && tokensOf(endpoints.refresh.answer.parse(await response.json()));
  }

  return {
    origin,
    call: call as Brain['call'],
    send,
    async signIn(email, password) {
      await tokens.save(tokensOf(await call(endpoints.login, { body: { email, password } })));
    },
    async signOut() {
      if (await tokens.load()) await call(endpoints.logout).catch(() => {});
      await tokens.save(undefined);
    },
    async signOutEverywhere() {
      await call(endpoints.logoutEverywhere);
      await tokens.save(undefined);
    },
    async changePassword(oldPassword, newPassword) {
      await tokens.save(
        tokensOf(await call(endpoints.changePassword, { body: { oldPassword, newPassword } })),
      );
    },
    async *events(pipeline, { after = 0, signal } = {}) {
      const ended = new Set(['completed', 'failed', 'cancelled']);
      for (let last = after; ; ) {
        const response = await send({
          method: 'GET',
          url: address('/api/pipeline/{id}/events', { id: pipeline }),
          headers: { accept: 'text/event-stream', ...(last > 0 && { 'last-event-id': String(last) }) },
          ...(signal && { signal }),
        });
        // Nothing follows: the job has ended, and everything was told.
        if (response.status === 204) return;
        try {
          for await (const { data } of readEvents(response.body!)) {
            const event = endpoints.event.parse(JSON.parse(data));
            last = event.sequence;
            yield event;
            if (event.type === 'state' && ended.has(String(event.data.status))) return;
          }
        } catch (error) {
          if (signal?.aborted || !isBroken(error)) throw error;
        }
        // A stream that ends early (a restarted server, a proxy that waits no longer) is taken up again.
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
  };
}

const tokensOf = (answer: z.infer<typeof endpoints.login.answer>): Tokens => ({
  access: answer.access_token,
  refresh: answer.refresh_token,
  expiresAt: Date.now() + 1000 * answer.expires_in,
});

/** Node says TypeError ("terminated") where the connection of a body breaks. */
const isBroken = (error: unknown): boolean => error instanceof TypeError;

function address(path: string, params: Parameters = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? filled : `${filled}?${search}`;
}
