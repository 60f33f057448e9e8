import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { openBundle } from '@mroptimum/bundle';
import { openBundlePath } from '@mroptimum/bundle/node';
import { bytesInMemory } from '@mroptimum/contract';
import { runTask } from '../../../brain/src/cloud/tasks.ts';
import { mapsOf } from '../../../calculation/test/cloud.ts';
import { administratorOf } from '../accounts.ts';
import { accountOf } from '../policies/roles.ts';
import { root } from '../python.ts';
import type { Client } from './client.ts';
import type { World } from './world.ts';

const execute = promisify(execFile);
const command = join(root, 'cli/bin/mroptimum.js');

interface Axes {
  readonly axes: string;
  readonly noiseAxes: string;
}
const axesOf = async (at: string): Promise<Axes> =>
  JSON.parse(await readFile(join(at, 'simulation.json'), 'utf8')) as Axes;

/** A simulated scan in a folder of its own. */
export async function simulateScan(folder: string, ...options: string[]): Promise<string> {
  const out = join(folder, 'scan');
  const args = [command, 'simulate', '--out', out, '--coils', '4', '--matrix', '32,24', ...options];
  await execute(process.execPath, args);
  return out;
}

/** What the command makes of a scan on this machine: the maps, by their digests. */
export async function commandResult(at: string): Promise<Record<string, string>> {
  const { axes, noiseAxes } = await axesOf(at);
  const out = join(at, 'result');
  await execute(process.execPath, [
    ...[command, 'snr', join(at, 'signal.npy'), '--noise', join(at, 'noise.npy'), '--axes', axes],
    ...['--noise-axes', noiseAxes, '--method', 'ac', '--recon', 'rss', '--out', out],
  ]);
  return mapsOf(await openBundlePath(out));
}

interface Unit {
  readonly unit: string;
  readonly stateMachineArn: string;
}

/** Says that the axes are others than they are, which makes a job fail. */
interface JobOptions {
  readonly axes?: string;
}

/** Jobs of a user on one unit. */
export function jobsOn(world: World, user: Client, { unit, stateMachineArn }: Unit) {
  async function queue(at: string, options: JobOptions = {}) {
    const its = { ...(await axesOf(at)), ...options };
    const reference = async (name: string, axes: string) => ({
      type: 'file',
      id: await user.upload(join(at, name), unit),
      options: { type: 's3', key: 'x', bucket: 'x', vendor: 'numpy', options: { axes } },
    });
    const files = {
      signal: await reference('signal.npy', its.axes),
      noise: await reference('noise.npy', its.noiseAxes),
    };
    const task = { version: 'v0', name: 'ac', options: { reconstructor: { name: 'rss', options: files } } };
    return user.ask('POST', '/task/queue', { task, alias: 'a job', computing_unit_id: unit });
  }

  /** A job from its upload to its end. */
  async function run(at: string, options: JobOptions = {}) {
    const { status, body } = await queue(at, options);
    if (status !== 200) throw new Error(`queue: ${status} ${JSON.stringify(body)}`);
    const id = String(body.pipeline);
    const ended = await user
      .ended(id, () => runTask(world.operator.platform.deps, { mroptimum: 'watch' }))
      .catch(async (error: Error) => {
        const told = [...world.failures, ...world.logs.slice(-6), await histories(stateMachineArn)];
        throw new Error(`${error.message} ${told.join('\n')}`);
      });
    return { id, ended };
  }

  /** The maps of a job, by their digests, downloaded as a user does. */
  async function resultOf(job: string): Promise<Record<string, string>> {
    const { body } = await user.ask('GET', `/pipeline/${job}/results`);
    const zip = new Uint8Array(await (await fetch(String(body.link))).arrayBuffer());
    return mapsOf(await openBundle(bytesInMemory('result', zip)));
  }

  return { queue, run, resultOf };
}

/** What went wrong in the executions, for whoever reads a failed test. */
async function histories(stateMachineArn: string): Promise<string> {
  const sfn = new SFNClient(await administratorOf(accountOf(stateMachineArn)));
  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const events = (executions ?? []).map(async ({ executionArn }) => {
    const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return history.events
      ?.filter(({ type }) => /Fail|Time/.test(type!))
      .map((event) => JSON.stringify(event));
  });
  return (await Promise.all(events)).flat().join('\n');
}
