import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Brain, connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import { fetchLink } from 'mroptimum/src/client/fetchLink.ts';
import { jobRows } from './jobs.ts';
import { streamRows } from './streams.ts';
import { atMost, type Row } from './table.ts';
import { transferRows } from './transfers.ts';

const lists = 200;

interface Started {
  readonly address: string;
  readonly token: string;
  /** A job that nobody runs. */
  readonly waiting: string;
}

/** A brain on this machine: jobs, lists, event streams, uploads and downloads over loopback next to cp. */
export async function brainRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const script = fileURLToPath(new URL('./brainServer.ts', import.meta.url));
  const server = fork(script, [join(folder, 'data')]);
  try {
    const [started]: Started[] = await once(server, 'message');
    const { address, token, waiting } = started!;
    const brain = connect({ origin: address, tokens: tokensInMemory(), apiToken: token, fetchLink });
    const memory = async (): Promise<{ resident: number; most: number }> => {
      server.send('memory');
      const [said]: { resident: number; most: number }[] = await once(server, 'message');
      return said!;
    };
    const rows = [...(await jobRows()), await listing(brain)];
    rows.push(...(await streamRows(brain, waiting, async () => (await memory()).resident)));
    const before = (await memory()).resident;
    rows.push(...(await transferRows(brain, folder)));
    const grown = (await memory()).most - before;
    rows.push({
      what: 'brain: memory that 1 GB up and down adds',
      ours: grown,
      unit: 'MB',
      target: atMost(150, grown, ' MB'),
    });
    return rows;
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function listing(brain: Brain): Promise<Row> {
  const times: number[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < lists; i++) {
    const start = performance.now();
    const page = await brain.call(endpoints.jobs, { query: { limit: 50, cursor } });
    times.push(performance.now() - start);
    cursor = page.nextCursor;
  }
  const p95 = times.sort((a, b) => a - b)[Math.floor(lists * 0.95)]!;
  return {
    what: 'brain: 10,000 jobs, a page of 50, p95',
    ours: p95,
    unit: 'ms',
    target: atMost(30, p95, ' ms'),
  };
}
