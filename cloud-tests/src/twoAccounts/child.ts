import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Keys } from '../policies/guard.ts';

/** Where bundles lie that run as functions and containers: made by mode2-deployment/package.mjs. */
export interface Code {
  readonly folder: string;
}

export interface Run {
  readonly environment: Readonly<Record<string, string>>;
  readonly keys: Keys;
  /** Address of the cloud. */
  readonly cloud: string;
  readonly region: string;
  /** Takes what was logged. */
  readonly logged?: (text: string) => void;
}

/** What a function answers, or the error that it threw, as Lambda tells it. */
export async function runBundledFunction(
  { folder }: Code,
  handler: string,
  event: unknown,
  run: Run,
): Promise<unknown> {
  const [module, name] = handler.split('.');
  const program = `
    import { readFileSync, writeSync } from 'node:fs';
    const { ${name}: handler } = await import(${JSON.stringify(join(folder, `${module}.js`))});
    const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 300_000 };
    try {
      const answer = await handler(JSON.parse(readFileSync(0, 'utf8')), context);
      writeSync(3, JSON.stringify({ answer }));
    } catch (error) {
      writeSync(3, JSON.stringify({ error: { name: error.code ?? error.name, message: error.message } }));
    }
    process.exit(0);`;
  const { told, log, code } = await runChild(
    ['--input-type=module', '--eval', program],
    JSON.stringify(event),
    run,
  );
  if (told === '') throw Object.assign(new Error(`exit code ${code}: ${log}`), { name: 'Runtime.ExitError' });
  const { answer, error } = JSON.parse(told) as {
    answer?: unknown;
    error?: { name: string; message: string };
  };
  if (error) throw Object.assign(new Error(error.message), { name: error.name });
  return answer;
}

/** Runs the container of Fargate to its end. */
export async function runBundledContainer(
  { folder }: Code,
  run: Run,
): Promise<{ exitCode: number; log: string }> {
  const { code, log } = await runChild([join(folder, 'main.js')], '', run);
  return { exitCode: code, log };
}

interface Ended {
  readonly code: number;
  readonly told: string;
  readonly log: string;
}

function runChild(args: readonly string[], input: string, run: Run): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // Nothing of this process but what a function has.
    env: {
      PATH: process.env.PATH ?? '',
      AWS_ENDPOINT_URL: run.cloud,
      AWS_REGION: run.region,
      AWS_ACCESS_KEY_ID: run.keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: run.keys.secretAccessKey,
      AWS_SESSION_TOKEN: run.keys.sessionToken,
      ...run.environment,
    },
  });
  let [told, log] = ['', ''];
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      run.logged?.(log);
      resolve({ code: code ?? 137, told, log });
    });
  });
}
