import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TaskEnd } from '../../cloud-tests/src/compute.ts';
import { handler as calculate } from '../src/app.ts';
import { handler as fail } from '../src/fail.ts';
import { handler as prepare } from '../src/prepare.ts';
import { invocation } from './cloud.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The program of the Fargate image in a process of its own. */
export const container = (variables: Readonly<Record<string, string>>): Promise<TaskEnd> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [main], { env: { ...process.env, ...variables }, stdio: 'ignore' });
    child.on('exit', (exitCode) =>
      resolve({ exitCode: exitCode ?? 137, stopCode: 'EssentialContainerExited' }),
    );
  });

export type LambdaFunction = (event: unknown) => Promise<unknown>;

/** What runs: functions by their handlers in the images, and the container of Fargate. */
export interface Machines {
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly container: (environment: Readonly<Record<string, string>>) => Promise<TaskEnd>;
}

export const functions: Readonly<Record<string, LambdaFunction>> = {
  'prepare.handler': prepare,
  'app.handler': (event) => calculate(event, invocation()),
  'fail.handler': fail,
  // Whom it tells is tested elsewhere.
  'callback.handler': async () => undefined,
};
export const all: Machines = { functions, container };

/** The same with another function that calculates. */
export const withCalculate = (run: LambdaFunction): Machines => ({
  functions: { ...functions, 'app.handler': run },
  container,
});
