import { Worker } from 'node:worker_threads';
import { MroError } from '@mroptimum/contract';
import type { HashNews, HashOrder } from './messages.ts';

/** A SHA-256 over a file that grows, computed on a thread of its own. */
export interface FileHash {
  /** Goes on to the bytes before `to`, which are there and stay; nothing waits for it. */
  advance(to: number): void;
  /** Goes on to `to` and gives the hex SHA-256 of everything from the first byte on. @throws MRO_BRAIN_STORAGE */
  end(to: number): Promise<string>;
  /** It is not wanted any more. */
  drop(): void;
}

type Waiting = PromiseWithResolvers<string>;

let thread: Worker | undefined;
let ids = 0;
const waiting = new Map<number, Waiting>();

/** Begins to hash a file at byte `from`. */
export function hashFile(path: string, from = 0): FileHash {
  const id = ids++;
  // A thread that died took the hash with it: one that begins later reads from the first byte again.
  let on = running();
  let at = from;
  const order = (to: number, then: HashOrder['then']): void => {
    const now = running();
    if (now !== on) at = from;
    on = now;
    on.postMessage({ id, path, from: at, to, then } satisfies HashOrder);
    at = Math.max(at, to);
  };
  return {
    advance: (to) => order(to, 'go'),
    end: (to) => {
      const entry = Promise.withResolvers<string>();
      waiting.set(id, entry);
      if (waiting.size === 1) running().ref();
      order(to, 'end');
      return entry.promise;
    },
    drop: () => order(at, 'drop'),
  };
}

function running(): Worker {
  if (thread) return thread;
  // From source as TypeScript, in the bundle beside the server.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './hashing.js';
  const fresh = new Worker(new URL(file, import.meta.url));
  fresh.unref();
  fresh.on('message', ({ id, sha256, failed }: HashNews) => {
    const entry = settle(id);
    if (sha256 !== undefined) entry?.resolve(sha256);
    else entry?.reject(failure(`The disk of the server says ${failed}.`));
  });
  const lost = (cause?: unknown): void => {
    if (thread === fresh) thread = undefined;
    for (const id of [...waiting.keys()]) settle(id)?.reject(failure('The thread that hashes ended.', cause));
  };
  fresh.on('error', lost);
  fresh.on('exit', () => lost());
  thread = fresh;
  return fresh;
}

/** The process stays for as long as somebody waits, no longer. */
function settle(id: number): Waiting | undefined {
  const entry = waiting.get(id);
  waiting.delete(id);
  if (waiting.size === 0) thread?.unref();
  return entry;
}

const failure = (message: string, cause?: unknown): MroError =>
  new MroError('MRO_BRAIN_STORAGE', message, { cause });
