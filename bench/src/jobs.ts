import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runJob } from '@mroptimum/calculation';
import { localIo } from '@mroptimum/calculation/local';
import { type Brain, connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import { submitJob, withUploads } from 'mroptimum/src/client/submit.ts';
import { uploadFile } from 'mroptimum/src/client/upload.ts';
import { atMost, median, type Row } from './table.ts';

const execute = promisify(execFile);
const programs = {
  command: fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url)),
  server: fileURLToPath(new URL('../../brain/src/server.ts', import.meta.url)),
};
const runs = 9;

/**
 * What a server with its computing unit adds to a small job: from the request that queues it to the end of its event
 * stream, against the same job on the same files in this process. Both are warm.
 */
export async function jobRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const line = [programs.server, 'serve', '--data', join(folder, 'data'), '--port', '0'];
  const server = spawn(process.execPath, [...line, '--no-demo', '--threads', '1', '--log-level', 'warn'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const size = ['--coils', '4', '--matrix', '48,48', '--repetitions', '4'];
    await execute(process.execPath, [programs.command, 'simulate', ...size, '--out', folder]);
    const brain = await administratorOf(server.stdout);
    const job = await withUploads(brain, task(folder), folder, (path, name) =>
      uploadFile(brain, path, { name, states: { find: async () => undefined, remember: async () => {} } }),
    );
    const there: number[] = [];
    const here: number[] = [];
    for (let i = 0; i <= runs; i++) {
      there.push(await timed(() => runThere(brain, job)));
      here.push(
        await timed(() => runJob(task(folder), localIo({ out: join(folder, `${i}.zip`), threads: 1 }))),
      );
    }
    // The first of each loads programs.
    const [total, computing] = [median(there.slice(1)), median(here.slice(1))];
    const overhead = total - computing;
    return [
      { what: 'brain: a small job, queued → finished', ours: total, unit: 'ms' },
      { what: 'brain: the same job in one process', ours: computing, unit: 'ms' },
      {
        what: 'brain: what queue, unit and transfers add',
        ours: overhead,
        unit: 'ms',
        target: atMost(150, overhead, ' ms'),
      },
    ];
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function runThere(brain: Brain, job: object): Promise<void> {
  const { id } = await submitJob(brain, job, {});
  let state: unknown;
  for await (const { type, data } of brain.events(id)) if (type === 'state') state = data.status;
  if (state !== 'completed') await brain.call(endpoints.results, { params: { id } });
}

/** Signs in with what the first start of a server prints. */
async function administratorOf(printed: NodeJS.ReadableStream): Promise<Brain> {
  let text = '';
  for await (const said of createInterface({ input: printed })) {
    text += `${said}\n`;
    if (said.startsWith('Ctrl-C')) break;
  }
  const value = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  const brain = connect({ origin: value(/runs at (\S+)/), tokens: tokensInMemory() });
  await brain.signIn(value(/e-mail +(\S+)/), value(/password +(\S+)/));
  return brain;
}

function task(folder: string): object {
  const file = (name: string, axes: string) => ({
    type: 'file',
    options: { type: 'local', filename: join(folder, name), vendor: 'numpy', options: { axes } },
  });
  const options = {
    signal: file('signal.npy', 'srczyx'),
    noise: file('noise.npy', 'cyx'),
    sensitivityMap: { name: 'inner', options: {} },
  };
  return { version: 'v0', name: 'ac', options: { reconstructor: { name: 'b1', options } } };
}
