import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { administratorOf } from '../accounts.ts';
import { environmentOf, type Invocation, type RunningCompute, runCompute, type TaskEnd } from '../compute.ts';
import { configureMoto } from '../moto.ts';
import { type Guard, startGuard } from '../policies/guard.ts';
import { root, runProgram } from '../python.ts';
import type { Stack } from '../stacks.ts';
import { type Code, runBundledContainer, runBundledFunction } from './child.ts';
import type { Client } from './client.ts';
import { type Operator, openOperator } from './operator.ts';
import { deployUnit } from './unit.ts';

export const userAccount = '222222222222';
const region = 'us-east-1';

/** What a test makes of the machines of the cloud. */
export interface Interference {
  /** Undefined lets a function run. */
  function?: (invocation: Invocation) => Promise<unknown> | undefined;
  container?: (run: () => Promise<TaskEnd>) => Promise<TaskEnd>;
  /** Settings of the function that plans, by which a test chooses where a job runs. */
  plan: Readonly<Record<string, string>>;
}

/** The operator's account with its server, and machines that run what the accounts of the cloud start. */
export interface World extends AsyncDisposable {
  /** For files of the tests. */
  readonly folder: string;
  readonly guard: Guard;
  readonly operator: Operator;
  readonly compute: RunningCompute;
  readonly interference: Interference;
  /** What functions and containers died of, and the logs of the last ones. */
  readonly failures: string[];
  readonly logs: readonly string[];
  /** Each function that ran, with its role. */
  readonly invoked: readonly Invocation[];
  /** Waits for events on their way, and ends all interference. */
  calm(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-two-accounts-'));
  const code = await packageCode(folder);
  await configureMoto({ executeStateMachines: true });
  const guard = await startGuard();
  const operator = await openOperator(guard);
  const interference: Interference = { plan: {} };
  const [failures, logs, invoked]: [string[], string[], Invocation[]] = [[], [], []];

  const compute = await runCompute({
    runFunction: async (invocation) => {
      invoked.push(invocation);
      const done = interference.function?.(invocation);
      if (done) return done;
      const { handler, event, environment, role } = invocation;
      return runBundledFunction(code, handler!, event, {
        environment: { ...environment, ...interference.plan },
        keys: await guard.keysOf(role),
        cloud: guard.url,
        region,
        logged: (text) => void logs.push(text),
      }).catch((error: Error) => {
        failures.push(`${handler}: ${error.message}`);
        throw error;
      });
    },
    runTask: async (task) => {
      const run = async (): Promise<TaskEnd> => {
        const { exitCode, log } = await runBundledContainer(code, {
          environment: environmentOf(task),
          keys: await guard.keysOf(task.role),
          cloud: guard.url,
          region,
        });
        if (exitCode !== 0) failures.push(log);
        return { exitCode };
      };
      return interference.container ? interference.container(run) : run();
    },
  });
  return {
    folder,
    guard,
    operator,
    compute,
    interference,
    failures,
    logs,
    invoked,
    async calm() {
      await compute.idle();
      interference.function = undefined;
      interference.container = undefined;
      interference.plan = {};
    },
    async [Symbol.asyncDispose]() {
      await compute[Symbol.asyncDispose]();
      await operator.served[Symbol.asyncDispose]();
      await guard[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Bundles the functions as deploy-mode2.sh does; images hold the same files. */
async function packageCode(folder: string): Promise<Code> {
  const packed = await runProgram(process.execPath, [join(root, 'mode2-deployment/package.mjs'), folder]);
  if (packed.code !== 0) throw new Error(`The functions cannot be bundled: ${packed.stderr}`);
  const code = { folder: join(folder, 'code') };
  await mkdir(code.folder);
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(join(folder, 'functions.zip')))))
    await writeFile(join(code.folder, name), bytes);
  return code;
}

/** A unit in the account of a user: its id, and its stack. */
export async function openMode2(
  { folder, operator }: World,
  user: Client,
): Promise<{ readonly unit: string; readonly stack: Stack }> {
  const place = { mode: 'mode2', provider: 'user-owned', awsAccountId: userAccount, region };
  const registered = (await user.ask('POST', '/computing-unit/register', place)).body;
  const scopes = ['units:write', 'jobs:read'];
  const token = String((await user.ask('POST', '/auth/tokens', { name: 'stack', scopes })).body.token);
  const stack = await deployUnit({
    account: await administratorOf(userAccount),
    brainUrl: operator.served.url,
    // As the server says it: whoever deploys knows no other.
    brainRoleArn: String(registered.brainRoleArn),
    externalId: String(registered.externalId),
    token,
    packed: folder,
  });
  const unit = stack.outputs.ComputingUnitId!;
  if (unit !== registered.computingUnitId) throw new Error('The stack registered another unit.');
  return { unit, stack };
}
