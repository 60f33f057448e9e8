/** The thread that hashes files: it reads what the disk's cache holds, while the server goes on receiving. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { HashNews, HashOrder } from './messages.ts';

const buffer = new Uint8Array(512 * 1024);
const hashes = new Map<number, Hash>();
const failures = new Map<number, string>();

parentPort?.on('message', (order: HashOrder) => {
  const { id } = order;
  try {
    if (order.then !== 'drop' && !failures.has(id)) goOn(order);
  } catch (error) {
    failures.set(id, error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error');
  }
  if (order.then === 'go') return;
  const failed = failures.get(id);
  const sha256 = failed === undefined ? hashes.get(id)?.digest('hex') : undefined;
  hashes.delete(id);
  failures.delete(id);
  if (order.then === 'end') {
    const news: HashNews = {
      id,
      ...(sha256 !== undefined && { sha256 }),
      ...(failed !== undefined && { failed }),
    };
    parentPort?.postMessage(news);
  }
});

/** A file that is shorter than it should be gives the hash of what is there: it differs from any expected one. */
function goOn({ id, path, from, to }: HashOrder): void {
  const hash = hashes.get(id) ?? createHash('sha256');
  hashes.set(id, hash);
  if (from >= to) return;
  const file = openSync(path, 'r');
  try {
    for (let at = from; at < to; ) {
      const read = readSync(file, buffer, 0, Math.min(buffer.length, to - at), at);
      if (read === 0) return;
      hash.update(buffer.subarray(0, read));
      at += read;
    }
  } finally {
    closeSync(file);
  }
}
