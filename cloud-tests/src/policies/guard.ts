import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { motoAddress } from '../moto.ts';
import { type Call, callsOf, type SentRequest, type Signer, signerOf } from './calls.ts';
import { decide } from './evaluate.ts';
import { accountOf, policiesOf, type RolePolicies } from './roles.ts';

/** A call that a role made, and whether its policies let it. */
export interface GuardedCall extends Call {
  readonly role: string;
  readonly allowed: boolean;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Guard extends AsyncDisposable {
  /** Address of the cloud behind the guard. */
  readonly url: string;
  readonly calls: readonly GuardedCall[];
  /** Keys of a role for what its service runs, as a function gets those of its role. */
  keysOf(roleArn: string): Promise<Keys>;
  /** The role's policies were changed. */
  forget(): void;
  /** From now on, keys that were handed out before are too old. */
  expireKeys(): void;
}

interface Session {
  readonly role: string;
  expired: boolean;
}

/**
 * Puts real policy semantics in front of moto, which lets everybody do everything: every call must be signed by keys of a
 * role, and the role's policies, as they are in the cloud, must allow it; roles are assumed by their trust policies
 * alone, with the external id. All calls are noted.
 */
export async function startGuard(): Promise<Guard> {
  const calls: GuardedCall[] = [];
  const sessions = new Map<string, Session>();
  const policies = new Map<string, Promise<RolePolicies>>();
  const known = (role: string): Promise<RolePolicies> => {
    const read = policies.get(role) ?? policiesOf(role);
    policies.set(role, read);
    return read;
  };

  async function mayDo(role: string, wanted: readonly Call[]): Promise<Call | undefined> {
    const { identity } = await known(role);
    let refused: Call | undefined;
    for (const call of wanted) {
      const account = accountOf(call.resource) || accountOf(role);
      const verdict = await decide({ principal: role, account, ...call }, identity);
      calls.push({ role, ...call, allowed: verdict === 'Allowed' });
      if (verdict !== 'Allowed') refused ??= call;
    }
    return refused;
  }

  async function assume(sent: SentRequest, role: string): Promise<Answer> {
    const form = new URLSearchParams(sent.body.toString());
    if (form.get('Action') !== 'AssumeRole') return forward(sent);
    const wanted = form.get('RoleArn') ?? '';
    const external = form.get('ExternalId');
    const wish = {
      principal: role,
      action: 'sts:AssumeRole',
      resource: wanted,
      account: accountOf(wanted),
      ...(external !== null && { context: { 'sts:ExternalId': external } }),
    };
    const trust = await policiesOf(wanted).then(
      ({ trust: found }) => found,
      () => undefined,
    );
    const verdict = trust && (await decide(wish, (await known(role)).identity, trust));
    calls.push({ role, action: wish.action, resource: wanted, allowed: verdict === 'Allowed' });
    if (verdict !== 'Allowed') return refusal('sts', 'AccessDenied', `${role} may not assume ${wanted}`);
    const answer = await forward(sent);
    const key = /<AccessKeyId>([^<]+)/.exec(answer.body.toString())?.[1];
    if (key) sessions.set(key, { role: wanted, expired: false });
    return answer;
  }

  async function answerTo(sent: SentRequest): Promise<Answer> {
    const signer = signerOf(sent);
    const session = signer && sessions.get(signer.accessKey);
    if (!signer || !session)
      return refusal(signer?.service ?? 's3', 'AccessDenied', 'nobody known signed this');
    if (session.expired) return refusal(signer.service, 'ExpiredToken', 'the keys are too old');
    if (signer.service === 'sts') return assume(sent, session.role);
    const refused = await mayDo(session.role, callsOf(sent, signer as Signer, accountOf(session.role)));
    return refused
      ? refusal(signer.service, 'AccessDenied', `${session.role}: ${refused.action} on ${refused.resource}`)
      : forward(sent);
  }

  const server = createServer(async (request, response) => {
    try {
      const { status, headers, body } = await answerTo(await sentOf(request));
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  const url = await listen(server);
  return {
    url,
    calls,
    async keysOf(role) {
      const form = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: role, RoleSessionName: 'service' };
      const answer = await fetch(motoAddress(), {
        method: 'POST',
        headers: {
          'x-moto-account-id': accountOf(role),
          authorization:
            'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=x',
        },
        body: new URLSearchParams(form),
      });
      const text = await answer.text();
      const field = (name: string): string => new RegExp(`<${name}>([^<]+)`).exec(text)?.[1] ?? '';
      const accessKeyId = field('AccessKeyId');
      sessions.set(accessKeyId, { role, expired: false });
      return { accessKeyId, secretAccessKey: field('SecretAccessKey'), sessionToken: field('SessionToken') };
    },
    forget: () => policies.clear(),
    expireKeys: () => {
      for (const session of sessions.values()) session.expired = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

async function sentOf(request: IncomingMessage): Promise<SentRequest> {
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://cloud'),
    headers: request.headers,
    body: await buffer(request),
  };
}

function forward({ method, url, headers, body }: SentRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      motoAddress() + url.pathname + url.search,
      { method, headers },
      async (response) => {
        const { 'transfer-encoding': _chunked, ...kept } = response.headers;
        const answered = method === 'HEAD' ? Buffer.alloc(0) : await buffer(response);
        const length = method === 'HEAD' ? response.headers['content-length'] : String(answered.length);
        resolve({
          status: response.statusCode ?? 500,
          headers: { ...kept, ...(length !== undefined && { 'content-length': length }) },
          body: answered,
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function refusal(service: string, code: string, message: string): Answer {
  if (service === 's3') {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return { status: 403, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
  }
  if (service === 'sts') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    return { status: 403, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
  }
  const type = `${code}Exception`;
  const body = JSON.stringify({ __type: type, message });
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type },
    body: Buffer.from(body),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`);
    });
  });
}
