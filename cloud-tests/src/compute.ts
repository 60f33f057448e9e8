import { createServer, type IncomingMessage, type Server } from 'node:http';
import { motoAddress } from './moto.ts';

/** An invocation of a function, as moto hands it on. */
export interface Invocation {
  readonly functionArn: string;
  readonly functionName: string;
  readonly account: string;
  readonly handler: string | null;
  readonly role: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly event: unknown;
  /** False for events: nobody waits, and failures are tried again. */
  readonly waits: boolean;
}

/** A container that ECS was asked to run. */
export interface ContainerTask {
  readonly taskArn: string;
  readonly account: string;
  readonly taskDefinition: string;
  /** What the container calls services with. */
  readonly role: string;
  readonly containers: readonly { readonly environment?: readonly Variable[] }[];
  readonly overrides: {
    readonly containerOverrides?: readonly { readonly environment?: readonly Variable[] }[];
  };
}
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** How a container ended; without an exit code it never ran. */
export interface TaskEnd {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
}

/** What a function throws where not it but the service is to answer with an error. */
export class ServiceError extends Error {
  readonly refused: { readonly type: string; readonly status: number };
  constructor(type: string, status: number) {
    super(type);
    this.refused = { type, status };
  }
}

/** What runs the functions and containers of the cloud: they work in the process of the test. */
export interface Compute {
  runFunction(invocation: Invocation): Promise<unknown>;
  runTask?(task: ContainerTask): Promise<TaskEnd>;
  /** Attempts at an event before it goes to the dead letters (default 3, as Lambda's). */
  readonly attempts?: number;
}

export interface RunningCompute extends AsyncDisposable {
  /** Events that failed at every attempt. */
  readonly deadLetters: readonly Invocation[];
  /** Resolves when no event is being worked on. */
  idle(): Promise<void>;
}

/** Environment of a container: that of its definition, then that of the call. */
export const environmentOf = (task: ContainerTask): Record<string, string> =>
  Object.fromEntries(
    [
      ...(task.containers[0]?.environment ?? []),
      ...(task.overrides.containerOverrides?.[0]?.environment ?? []),
    ].map(({ name, value }) => [name, value]),
  );

/**
 * Lets the functions and containers of moto's cloud be run by this process until disposed: invocations, events of S3
 * and EventBridge, custom resources of CloudFormation, tasks of state machines.
 */
export async function runCompute(compute: Compute): Promise<RunningCompute> {
  const deadLetters: Invocation[] = [];
  const working = new Set<Promise<unknown>>();
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as unknown;
    const work = request.url === '/task' ? task(compute, body as ContainerTask) : invoke(body as Invocation);
    working.add(work);
    try {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(await work));
    } catch (error) {
      response.writeHead(500).end(String(error));
    } finally {
      working.delete(work);
    }
  });

  async function invoke(invocation: Invocation): Promise<unknown> {
    const attempts = invocation.waits ? 1 : (compute.attempts ?? 3);
    for (let attempt = 1; ; attempt++) {
      try {
        return { payload: (await compute.runFunction(invocation)) ?? null };
      } catch (error) {
        if (attempt < attempts) continue;
        if (!invocation.waits) deadLetters.push(invocation);
        if (error instanceof ServiceError) return { refused: error.refused };
        // As the runtime of the functions tells it: errors of ours by their codes.
        const { code, name, message } = error as Error & { code?: string };
        return { error: { errorType: code ?? name, errorMessage: message } };
      }
    }
  }

  await setAddress(await listen(server));
  return {
    deadLetters,
    idle: async () => {
      while (working.size > 0 || (await state()).pending > 0) await Promise.allSettled([...working, pause()]);
    },
    async [Symbol.asyncDispose]() {
      await setAddress(null);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function task(compute: Compute, asked: ContainerTask): Promise<TaskEnd> {
  if (!compute.runTask) return { reason: 'no container can run here', stopCode: 'TaskFailedToStart' };
  return compute.runTask(asked);
}

/** A call that a state machine made, with the role that it used. */
export interface StateMachineCall {
  readonly role: string;
  readonly call: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What state machines called since `runCompute`. */
export const stateMachineCalls = async (): Promise<readonly StateMachineCall[]> => (await state()).calls;

async function state(): Promise<{ calls: StateMachineCall[]; pending: number }> {
  const answer = await fetch(`${motoAddress()}/moto-api/compute`);
  return (await answer.json()) as { calls: StateMachineCall[]; pending: number };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function setAddress(url: string | null): Promise<void> {
  await fetch(`${motoAddress()}/moto-api/compute`, { method: 'PUT', body: JSON.stringify({ url }) });
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`);
    });
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
