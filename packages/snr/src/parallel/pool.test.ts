import { describe, expect, it, vi } from 'vitest';
import { settingsOf } from '../../test/support.ts';
import type { SliceTask } from '../slice.ts';
import { workerPool } from './pool.ts';
import { mostBytes, page, sharedWindows } from './windows.ts';

/** A slice as the pool sees it: it looks at sizes alone. */
const slice = (slice: number, matrix = 16): SliceTask => ({
  slice,
  input: {
    kspace: { data: new Float32Array(4 * matrix * matrix), shape: [1, 2, matrix, matrix] },
    acquired: new Uint8Array(matrix).fill(1),
    acquiredReadout: [0, matrix],
    readoutOversampling: 1,
  },
  whiten: undefined,
  settings: settingsOf({}),
});

/** A pool of workers that answer a message with `body`; `send` answers the pool. */
const poolOf = (threads: number, body: string) => {
  const program = `
    import { parentPort } from 'node:worker_threads';
    const send = (message) => parentPort.postMessage(message);
    parentPort.on('message', (message) => { ${body} });`;
  return workerPool(threads, new URL(`data:text/javascript,${encodeURIComponent(program)}`));
};

const asksForReplicas =
  "if (message.type === 'slice') send({ type: 'replicas', replicas: {}, foldedRows: 16 });";

describe('a pool whose threads fail', () => {
  it.each([
    ['ends without a word', 'process.exit(3)', 'MRO_SNR_THREAD'],
    ['throws', "throw new Error('broken')", 'MRO_SNR_THREAD'],
  ])('rejects all slices when one %s', async (_, failure, code) => {
    const pool = poolOf(2, `if (message.type === 'slice' && message.task.slice === 1) ${failure};`);
    const slices = [0, 1, 2, 3].map((s) => pool.compute(slice(s)));
    for (const result of await Promise.allSettled(slices)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code } });
    }
    await expect(pool.compute(slice(4))).rejects.toMatchObject({ code });
    await pool.close();
  });

  it('says that the program of the threads is missing', async () => {
    const pool = workerPool(2, new URL('./none.js', import.meta.url));
    await expect(pool.compute(slice(0))).rejects.toMatchObject({
      code: 'MRO_SNR_THREAD',
      message: expect.stringContaining('none.js'),
    });
  });

  it('rejects the slice whose owner waits when a band of its replicas fails elsewhere', async () => {
    const error = "{ code: 'MRO_SNR_MEMORY', message: 'full', hint: '' }";
    const pool = poolOf(
      2,
      `${asksForReplicas} if (message.type === 'band') send({ type: 'failed', error: ${error} });`,
    );
    await expect(pool.compute(slice(0))).rejects.toMatchObject({ code: 'MRO_SNR_MEMORY', message: 'full' });
  });

  it('goes on after a slice that failed by itself', async () => {
    const pool = poolOf(
      1,
      `if (message.type === 'slice') send(message.task.slice === 0
         ? { type: 'failed', error: { code: 'MRO_SNR_SHAPE', message: 'no', hint: '' } }
         : { type: 'slice', maps: message.task.slice });`,
    );
    const [first, second] = await Promise.allSettled([pool.compute(slice(0)), pool.compute(slice(1))]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'MRO_SNR_SHAPE' } });
    expect(second).toEqual({ status: 'fulfilled', value: 1 });
    await pool.close();
  });

  it('gives what a listener to progress throws to the caller', async () => {
    const pool = poolOf(2, `${asksForReplicas} if (message.type === 'band') send({ type: 'band' });`);
    const thrown = new Error('from the listener');
    const onProgress = (): void => {
      throw thrown;
    };
    await expect(pool.compute(slice(0), { onProgress })).rejects.toBe(thrown);
  });
});

describe('a pool that ends early', () => {
  const idle = 'void message;';

  it('rejects slices under way and waiting when closed; closing twice is well', async () => {
    const pool = poolOf(2, idle);
    const slices = Promise.allSettled([0, 1, 2, 3].map((s) => pool.compute(slice(s))));
    await Promise.all([pool.close(), pool.close()]);
    await pool.close();
    for (const result of await slices) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'MRO_SNR_OPTION' } });
    }
  });

  it('rejects all slices with the reason of an abort, also one that comes before the slice', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    const pool = poolOf(2, idle);
    const slices = Promise.allSettled([0, 1, 2].map((s) => pool.compute(slice(s), control)));
    control.abort(reason);
    for (const result of await slices) expect(result).toEqual({ status: 'rejected', reason });
    const late = poolOf(2, idle);
    await expect(late.compute(slice(0), control)).rejects.toBe(reason);
    await late.close();
  });
});

describe('the memory of a pool', () => {
  const answersWithWindow = `
    if (message.type === 'memory') globalThis.mine = [message.base, message.bytes, message.memory.buffer.byteLength];
    if (message.type === 'slice') send({ type: 'slice', maps: globalThis.mine });`;

  it('grows for larger slices once the threads rest, and serves smaller ones after that', async () => {
    const pool = poolOf(2, answersWithWindow);
    const windowOf = async (matrix: number) =>
      (await pool.compute(slice(0, matrix))) as unknown as [base: number, bytes: number, memory: number];
    const small = await windowOf(16);
    const large = await windowOf(512);
    expect(large[1]).toBeGreaterThan(small[1]);
    expect(large[2]).toBe(page + 2 * large[1]);
    expect(await windowOf(16)).toEqual(large);
    await pool.close();
  });

  it('refuses a larger slice while others are under way, without disturbing them', async () => {
    const pool = poolOf(2, answersWithWindow);
    const small = pool.compute(slice(0));
    await expect(pool.compute(slice(1, 512))).rejects.toMatchObject({ code: 'MRO_SNR_SHAPE' });
    expect(await small).toBeDefined();
    await pool.close();
  });

  it('has fewer windows than threads where 4 GB or the machine hold no more', () => {
    withMemoryOf(30_000, () => {
      expect(sharedWindows(100 * page, 8).windows).toBe(8);
      expect(sharedWindows(10_000 * page, 8).windows).toBe(2);
      expect(() => sharedWindows(40_000 * page, 2)).toThrow(
        expect.objectContaining({ code: 'MRO_SNR_MEMORY' }),
      );
    });
    withMemoryOf(65_536, () => {
      expect(sharedWindows(mostBytes, 4).windows).toBe(1);
      expect(sharedWindows(Math.floor(mostBytes / 3 / page) * page, 4).windows).toBe(3);
    });
  });

  it('does not keep a pool waiting that got no memory', async () => {
    const pool = poolOf(2, answersWithWindow);
    const [first, second] = withMemoryOf(0, () => [pool.compute(slice(0)), pool.compute(slice(1))] as const);
    await expect(first).rejects.toMatchObject({ code: 'MRO_SNR_MEMORY' });
    await expect(second).rejects.toMatchObject({ code: 'MRO_SNR_MEMORY' });
    expect(await pool.compute(slice(0))).toBeDefined();
    await pool.close();
  });
});

/** What `body` gives on a machine whose WebAssembly memories have at most so many pages. */
function withMemoryOf<T>(pages: number, body: () => T): T {
  class Memory {
    constructor({ initial }: WebAssembly.MemoryDescriptor) {
      if (initial > pages) throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    }
  }
  vi.stubGlobal('WebAssembly', { Memory });
  try {
    return body();
  } finally {
    vi.unstubAllGlobals();
  }
}
