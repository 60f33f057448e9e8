import { type ChildProcess, spawn } from 'node:child_process';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What runs when a state machine calls a function: answers, or throws as the function would. */
export type LambdaFunction = (event: unknown) => Promise<unknown>;

/** How a container ended. */
export interface Ended {
  readonly exitCode?: number;
  readonly stopCode?: string;
  readonly reason?: string;
}

export interface Machines {
  /** By the last part of the function's name or ARN. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** Runs the container of a Fargate task with these variables, to its end. */
  readonly container: (environment: Readonly<Record<string, string>>) => Promise<Ended>;
}

/** A service that answers with an error instead of what was asked. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, status: number) {
    super(type);
    this.type = type;
    this.status = status;
  }
}

/** A cloud whose state machines run in moto's interpreter, and whose functions and containers run here. */
export interface RunningCloud {
  /** Address of all its services. */
  readonly address: string;
  /** Overrides and network of the tasks that were started. */
  readonly tasks: readonly object[];
  /** What it runs from now on. */
  use(machines: Machines): void;
  stop(): Promise<void>;
}

const moto = fileURLToPath(new URL('../../.venv-cloud/bin/moto_server', import.meta.url));

/**
 * Starts a moto of its own behind a gateway: Lambda invocations and Fargate tasks are carried out by the given
 * machines; everything else is moto's. moto's interpreter of state machines calls the services through the gateway.
 */
export async function startCloud(first: Machines): Promise<RunningCloud> {
  let machines = first;
  const state = { port: 0, tasks: new Map<string, Ended | undefined>(), started: [] as object[] };
  const gateway = createServer((request, response) => {
    answer(request, response, machines, state).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await listen(gateway);
  const port = (gateway.address() as AddressInfo).port;
  state.port = await freePort();
  const child = spawn(moto, ['--host', '127.0.0.1', '--port', String(state.port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_PORT: String(port) },
  });
  const address = `http://127.0.0.1:${port}`;
  await answers(`http://127.0.0.1:${state.port}/moto-api/`, child);
  await fetch(`${address}/moto-api/config`, {
    method: 'POST',
    body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
  });
  return {
    address,
    tasks: state.started,
    use: (others) => {
      machines = others;
    },
    stop: async () => {
      child.kill('SIGTERM');
      gateway.closeAllConnections();
      await new Promise((resolve) => gateway.close(resolve));
    },
  };
}

interface State {
  readonly port: number;
  readonly tasks: Map<string, Ended | undefined>;
  readonly started: object[];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  machines: Machines,
  state: State,
): Promise<void> {
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1];
  if (invoked) return invoke(decodeURIComponent(invoked), request, response, machines);
  const target = String(request.headers['x-amz-target'] ?? '');
  if (target.endsWith('ContainerServiceV20141113.RunTask'))
    return runTask((await json(request)) as RunTask, response, machines, state);
  if (target.endsWith('ContainerServiceV20141113.DescribeTasks'))
    return describeTask((await json(request)) as { tasks: string[] }, response, state);
  forward(request, response, state.port);
}

async function invoke(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  { functions }: Machines,
): Promise<void> {
  const run = functions[name.split(':').at(-1)!];
  if (!run) return serviceError(response, new ServiceError('ResourceNotFoundException', 404));
  try {
    const result = await run(JSON.parse(await text(request)));
    response.writeHead(200, { 'x-amz-executed-version': '$LATEST' }).end(JSON.stringify(result ?? null));
  } catch (error) {
    if (error instanceof ServiceError) return serviceError(response, error);
    const { code, name: type, message } = error as { code?: string; name: string; message: string };
    response
      .writeHead(200, { 'x-amz-function-error': 'Unhandled' })
      .end(JSON.stringify({ errorType: code ?? type, errorMessage: message }));
  }
}

function serviceError(response: ServerResponse, { type, status }: ServiceError): void {
  response
    .writeHead(status, { 'x-amzn-errortype': type, 'content-type': 'application/json' })
    .end(JSON.stringify({ __type: type, message: type, Message: type }));
}

interface RunTask {
  readonly cluster: string;
  readonly overrides: {
    readonly containerOverrides: readonly {
      readonly environment: readonly { readonly name: string; readonly value: string }[];
    }[];
  };
}

async function runTask(
  asked: RunTask,
  response: ServerResponse,
  { container }: Machines,
  { tasks, started }: State,
): Promise<void> {
  const taskArn = `arn:aws:ecs:us-east-1:123456789012:task/cluster/${tasks.size}`;
  tasks.set(taskArn, undefined);
  started.push(asked);
  const variables = asked.overrides.containerOverrides[0]!.environment;
  const running = container(Object.fromEntries(variables.map(({ name, value }) => [name, value])));
  running.then(
    (ended) => tasks.set(taskArn, ended),
    (error: unknown) => tasks.set(taskArn, { stopCode: 'TaskFailedToStart', reason: String(error) }),
  );
  send(response, { tasks: [{ taskArn, clusterArn: asked.cluster, lastStatus: 'PENDING' }], failures: [] });
}

/**
 * A task that ended badly fails its state. moto does not look at exit codes, so here the description itself is refused,
 * with what the service would give as the cause.
 */
function describeTask(
  { tasks: [taskArn] }: { tasks: string[] },
  response: ServerResponse,
  { tasks }: State,
): void {
  const ended = tasks.get(taskArn!);
  const containers = [{ name: 'calculation', exitCode: ended?.exitCode, reason: ended?.reason }];
  const clusterArn = 'arn:aws:ecs:us-east-1:123456789012:cluster/cluster';
  if (ended && ended.exitCode !== 0) {
    const Containers = [{ Name: 'calculation', ExitCode: ended.exitCode, Reason: ended.reason }];
    const cause = { Containers, StopCode: ended.stopCode, StoppedReason: ended.reason, TaskArn: taskArn };
    send(response, { __type: 'TaskFailed', message: JSON.stringify(cause) }, 400);
    return;
  }
  const lastStatus = ended ? 'STOPPED' : 'RUNNING';
  send(response, { tasks: [{ taskArn, clusterArn, lastStatus, containers }], failures: [] });
}

function send(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const onward = httpRequest({ host: '127.0.0.1', port, method, path: url, headers }, (answered) => {
    response.writeHead(answered.statusCode!, answered.headers);
    answered.pipe(response);
  });
  onward.on('error', (error) => response.writeHead(502).end(error.message));
  request.pipe(onward);
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });

async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(address: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null) {
    if ((await fetch(address).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGTERM');
  throw new Error(`moto does not answer at ${address}.`);
}
