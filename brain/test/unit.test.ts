import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openZip } from '@mroptimum/bundle';
import { bytesInMemory } from '@mroptimum/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ended, isResult, type Lab, mroptimum, openLab, until } from './units.ts';

let lab: Lab;
let ids: { signal: string; noise: string };
const at = (...parts: string[]): string => join(lab.folder, ...parts);

beforeAll(async () => {
  lab = await openLab();
  await mroptimum('simulate', '--coils', '4', '--matrix', '32,32', '--out', at('sim'));
  ids = { signal: await lab.add(at('sim/signal.npy')), noise: await lab.add(at('sim/noise.npy')) };
});
afterEach(() => lab.endWorkers());
afterAll(() => lab.close());

type Place = (name: 'signal' | 'noise') => object;
const inLibrary: Place = (name) => ({ id: ids[name], options: { type: 's3', bucket: 'b', key: 'k' } });
const onDisk: Place = (name) => ({ options: { type: 'local', filename: at(`sim/${name}.npy`) } });

function taskOf(place: Place, method: object, reconstructor: object = { name: 'rss' }): object {
  const file = (name: 'signal' | 'noise', axes: string) => {
    const { options, ...rest } = place(name) as { options: object };
    return { type: 'file', ...rest, options: { ...options, options: { axes } } };
  };
  const { options, ...named } = reconstructor as { options?: object };
  return {
    version: 'v0',
    ...method,
    options: {
      ...(method as { options?: object }).options,
      reconstructor: {
        ...named,
        options: { signal: file('signal', 'srczyx'), noise: file('noise', 'cyx'), ...options },
      },
    },
  };
}

/** Long enough to be stopped in the middle. */
const long = { name: 'pmr', options: { NR: 100_000, seed: 1 } };

/** Checksums of everything in a bundle that was calculated. */
async function resultFiles(bytes: Uint8Array): Promise<Readonly<Record<string, string>>> {
  const files = await openZip(bytesInMemory('bundle', bytes));
  const names = files.names.filter(isResult);
  const hash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, hash(await files.read(name))] as const)),
  );
}

async function stored(key: string): Promise<Uint8Array> {
  const source = (await lab.platform.deps.objects.open(key))!;
  const bytes = await source.read(0, source.size);
  await source.close();
  return bytes;
}

describe('a worker process', () => {
  test('computes what the command line computes, bit for bit, and tells how it goes', async () => {
    const worker = lab.startWorker();
    const method = { name: 'pmr', options: { NR: 16, seed: 7 } };
    const reconstructor = {
      name: 'sense',
      options: { decimate: true, accelerations: [1, 2], acl: [null, 12] },
    };
    writeFileSync(at('task.json'), JSON.stringify({ task: taskOf(onDisk, method, reconstructor) }));
    const [id] = await Promise.all([
      lab.queue(taskOf(inLibrary, method, reconstructor)),
      mroptimum('run', at('task.json'), '--out', at('cli.zip')),
    ]);
    const job = await until(async () => {
      const now = await lab.job(id);
      return ended(now) && now;
    });
    expect(job, `${JSON.stringify(job.error)} ${worker.said()}`).toMatchObject({
      status: 'completed',
      attempts: 1,
    });
    const expected = await resultFiles(readFileSync(at('cli.zip')));
    expect(await resultFiles(await stored(job.resultKey!))).toEqual(expected);
    expect(Object.keys(expected).length).toBeGreaterThan(4);

    const shown = (await lab.ask('GET', `/pipeline/${id}`)).body as unknown as { files: { link: string }[] };
    const direct = await fetch(shown.files[0]!.link);
    expect(await resultFiles(new Uint8Array(await direct.arrayBuffer()))).toEqual(expected);

    const events = await (await lab.stream(`/pipeline/${id}/events`)).text();
    expect(events.match(/"status":"\w+"/g)).toEqual(
      ['queued', 'running', 'completed'].map((status) => `"status":"${status}"`),
    );
    expect(events).toMatch(/event: log\ndata: .*Done: median SNR/);
    const ids_ = [...events.matchAll(/^id: (\d+)$/gm)].map(([, sequence]) => Number(sequence));
    expect(ids_).toEqual(ids_.map((_, index) => index + 1));
    const rest = await lab.stream(`/pipeline/${id}/events`, { 'last-event-id': '2' });
    expect(/^id: (\d+)$/m.exec(await rest.text())?.[1]).toBe('3');
    const none = await lab.stream(`/pipeline/${id}/events`, { 'last-event-id': String(ids_.length) });
    expect(none.status).toBe(204);
    await worker.end('SIGTERM');
  });

  test('keeps the reason of a failure, with a bundle that tells how', async () => {
    const worker = lab.startWorker();
    const id = await lab.queue(taskOf(inLibrary, { name: 'mr' }));
    const job = await until(async () => {
      const now = await lab.job(id);
      return ended(now) && now;
    });
    expect(job).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: expect.stringMatching(/^MRO_/) },
    });
    const files = await openZip(bytesInMemory('failure', await stored(job.failureKey!)));
    expect(files.names).toEqual(expect.arrayContaining(['error.json', 'info.json']));
    await worker.end('SIGTERM');
  });

  test('stops within 2 s of being asked', async () => {
    const worker = lab.startWorker();
    const id = await lab.queue(taskOf(inLibrary, long));
    await until(async () => worker.said().includes(`Job ${id}, attempt 1`));
    const asked = Date.now();
    const { body } = await lab.ask('POST', `/pipeline/${id}/cancel`);
    expect(body).toMatchObject({ status: 'cancelled' });
    await until(async () => worker.said().includes(`Job ${id}: cancelled.`));
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(await lab.job(id)).toMatchObject({ status: 'cancelled' });
    await worker.end('SIGTERM');
  });

  test('that ends hands its job back, and the attempt does not count', async () => {
    const worker = lab.startWorker();
    const id = await lab.queue(taskOf(inLibrary, long));
    await until(async () => worker.said().includes(`Job ${id}, attempt 1`));
    expect(await worker.end('SIGTERM')).toBe(0);
    expect(await lab.job(id)).toMatchObject({ status: 'queued', attempts: 0 });
    await lab.ask('DELETE', `/pipeline/delete?id=${id}`);
  });

  test('does several jobs at a time where it may', async () => {
    const worker = lab.startWorker('--jobs', '2');
    const queued = [await lab.queue(taskOf(inLibrary, long)), await lab.queue(taskOf(inLibrary, long))];
    await until(async () => queued.every((id) => worker.said().includes(`Job ${id}, attempt 1`)));
    expect(await worker.end('SIGTERM')).toBe(0);
    for (const id of queued) {
      expect(await lab.job(id), worker.said()).toMatchObject({ status: 'queued', attempts: 0 });
      await lab.ask('DELETE', `/pipeline/delete?id=${id}`);
    }
  });

  test('outlives a restart of the brain', async () => {
    const worker = lab.startWorker();
    const id = await lab.queue(taskOf(inLibrary, { name: 'pmr', options: { NR: 4_000, seed: 1 } }));
    await until(async () => (await lab.job(id)).status === 'running');
    await lab.restart();
    const job = await until(async () => {
      const now = await lab.job(id);
      return ended(now) && now;
    });
    expect(job, worker.said()).toMatchObject({ status: 'completed', attempts: 1 });
    await worker.end('SIGTERM');
  });

  test('that is killed loses nothing: another does the job, once', async () => {
    const victim = lab.startWorker();
    const id = await lab.queue(taskOf(inLibrary, { name: 'pmr', options: { NR: 6_000, seed: 1 } }));
    await until(async () => (await lab.job(id)).status === 'running');
    await victim.end('SIGKILL');
    const other = lab.startWorker();
    const job = await until(async () => {
      const now = await lab.job(id);
      return ended(now) && now;
    }, 90);
    expect(job, other.said()).toMatchObject({ status: 'completed', attempts: 2 });
    const events = await (await lab.stream(`/pipeline/${id}/events`)).text();
    expect(events.match(/"status":"completed"/g)).toHaveLength(1);
    await other.end('SIGTERM');
  });
});
