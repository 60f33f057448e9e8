import { type ChildProcess, spawn } from 'node:child_process';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
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
  /** What ECS was told of each task. */
  readonly tasks: readonly object[];
  /** What it runs from now on. */
  use(machines: Machines): void;
  stop(): Promise<void>;
}

const moto = fileURLToPath(new URL('../../.venv-cloud/bin/moto_server', import.meta.url));

/**
 * Starts a moto of its own behind a gateway: Lambda invocations and Fargate tasks are carried out by the given
 * machines (`forMoto`); everything else is moto's. moto's interpreter of state machines calls the services through the gateway.
 */
export async function startCloud(first: Machines): Promise<RunningCloud> {
  let machines = first;
  const state = { port: 0, started: [] as object[] };
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
  readonly started: object[];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  machines: Machines,
  state: State,
): Promise<void> {
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1];
  if (invoked) return invoke(decodeURIComponent(invoked), request, response, machines, state);
  forward(request, response, state.port);
}

async function invoke(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  machines: Machines,
  state: State,
): Promise<void> {
  const named = name.split(':').at(-1)!;
  const run =
    named === runTaskFunction
      ? (event: unknown) => runTask(event as RunTask, machines, state)
      : machines.functions[named];
  if (!run) return serviceError(response, new ServiceError('ResourceNotFoundException', 404));
  try {
    const result = await run(JSON.parse(await text(request)));
    response.writeHead(200, { 'x-amz-executed-version': '$LATEST' }).end(JSON.stringify(result ?? null));
  } catch (error) {
    if (error instanceof ServiceError) return serviceError(response, error);
    const { code, name: type, message, task } = error as Error & { code?: string; task?: object };
    response
      .writeHead(200, { 'x-amz-function-error': 'Unhandled' })
      .end(JSON.stringify({ errorType: code ?? type, errorMessage: message, ...task }));
  }
}

function serviceError(response: ServerResponse, { type, status }: ServiceError): void {
  response
    .writeHead(status, {
      'x-amzn-errortype': type,
      'x-amzn-requestid': 'request',
      'content-type': 'application/json',
    })
    .end(JSON.stringify({ __type: type, message: type, Message: type }));
}

/** What the state machine tells ECS, as far as it is used. */
interface RunTask {
  readonly Overrides: {
    readonly ContainerOverrides: readonly {
      readonly Environment: readonly { readonly Name: string; readonly Value: string }[];
    }[];
  };
}

/** A task that failed: its description is the cause, as with the real service. */
class TaskFailed extends Error {
  override readonly name = 'TaskFailed';
  readonly task: object;
  constructor({ exitCode, stopCode, reason }: Ended) {
    super(reason);
    const Containers = [{ Name: 'calculation', ExitCode: exitCode, Reason: reason }];
    this.task = { Containers, StopCode: stopCode, StoppedReason: reason };
  }
}

async function runTask(asked: RunTask, { container }: Machines, { started }: State): Promise<object> {
  started.push(asked);
  const variables = asked.Overrides.ContainerOverrides[0]!.Environment;
  const ended = await container(Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value])));
  if (ended.exitCode !== 0) throw new TaskFailed(ended);
  return { LastStatus: 'STOPPED' };
}

/** The function that stands in for ECS. */
const runTaskFunction = 'run-task';

interface Task {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: unknown;
  readonly ItemProcessor?: { readonly ProcessorConfig: object; readonly States: States };
}
type States = Readonly<Record<string, Task>>;

/**
 * A state machine for moto, whose interpreter cannot start tasks of ECS: each such state calls a function with the
 * same parameters instead. Everything else of the state stays: its time, its retries, its catch.
 *
 * moto lets a distributed map succeed whatever happens in its parts, and keeps no history of them. `inline` makes it
 * one whose failures fail the map, as the real service does, and whose states are in the history.
 */
export function forMoto(definition: string, maps: 'distributed' | 'inline' = 'distributed'): string {
  const states = (all: States): States =>
    Object.fromEntries(Object.entries(all).map(([name, state]) => [name, translated(state)]));
  const translated = (state: Task): Task => {
    if (state.ItemProcessor) {
      const { ProcessorConfig, States } = state.ItemProcessor;
      const mode = maps === 'inline' ? { Mode: 'INLINE' } : ProcessorConfig;
      const ItemProcessor = { ...state.ItemProcessor, ProcessorConfig: mode, States: states(States) };
      return { ...state, ItemProcessor };
    }
    if (state.Resource !== 'arn:aws:states:::ecs:runTask.sync') return state;
    const FunctionName = `arn:aws:lambda:us-east-1:123456789012:function:${runTaskFunction}`;
    const Parameters = { FunctionName, Payload: state.Parameters };
    return { ...state, Resource: 'arn:aws:states:::lambda:invoke', Parameters };
  };
  const parsed = JSON.parse(definition) as { States: States };
  return JSON.stringify({ ...parsed, States: states(parsed.States) });
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
