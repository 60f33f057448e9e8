import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { basename, extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { MroError } from '@mroptimum/contract';
import type { InvocationContext } from './app.ts';
import { required } from './aws/environment.ts';
import { asMroError } from './errors.ts';

type Handler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/** Waiting for work has no end, which is why the client of the platform (fetch) is not used. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const version = '2018-06-01/runtime';

/**
 * The entry of the Lambda image: speaks the runtime API of Lambda. A loop of two requests, in place of the
 * interface client of AWS, whose native part would have to be compiled into the image.
 *
 * The handler is named as Lambda names it, `module.function`, in _HANDLER or as the argument of the image.
 */
async function main(): Promise<void> {
  const api = required('AWS_LAMBDA_RUNTIME_API');
  const handle = await loadHandler(process.env._HANDLER || process.argv[2] || 'app.handler').catch(
    async (error: unknown) => {
      await send(api, 'POST', 'init/error', said(error), errorHeader(error));
      process.exit(1);
    },
  );
  for (;;) {
    const next = await send(api, 'GET', 'invocation/next');
    const id = String(next.headers['lambda-runtime-aws-request-id']);
    const deadline = Number(next.headers['lambda-runtime-deadline-ms']);
    const trace = next.headers['lambda-runtime-trace-id'];
    if (trace) process.env._X_AMZN_TRACE_ID = String(trace);
    try {
      const event: unknown = JSON.parse(next.body);
      const answer = await handle(event, {
        awsRequestId: id,
        getRemainingTimeInMillis: () => deadline - Date.now(),
      });
      await send(api, 'POST', `invocation/${id}/response`, JSON.stringify(answer ?? null));
    } catch (error) {
      await send(api, 'POST', `invocation/${id}/error`, said(error), errorHeader(error));
    }
  }
}

async function loadHandler(named: string): Promise<Handler> {
  const [module, name = 'handler'] = named.split('.');
  // Beside this file, bundled or not; a name with a path would be another file.
  const file = new URL(`./${basename(module!)}${extname(import.meta.url)}`, import.meta.url).href;
  const handler = ((await import(file)) as Record<string, unknown>)[name];
  if (typeof handler === 'function') return handler as Handler;
  throw new MroError('MRO_JOB_SETUP', `There is no handler ${named}.`);
}

/** As Lambda shows it, and the state machine reads it: the code as the type of the error. */
function said(error: unknown): string {
  const { code, message } = asMroError(error);
  return JSON.stringify({ errorType: code, errorMessage: message, stackTrace: [] });
}

const errorHeader = (error: unknown) => ({ 'lambda-runtime-function-error-type': asMroError(error).code });

async function send(
  api: string,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ headers: IncomingMessage['headers']; body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = `http://${api}/${version}/${path}`;
    const sent = httpRequest(url, {
      method,
      agent,
      headers: { 'content-type': 'application/json', ...headers },
    });
    sent.on('response', resolve).on('error', reject);
    sent.end(body);
  });
  return { headers: response.headers, body: await text(response) };
}

await main();
