import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSpool } from './spool.ts';

const root = mkdtempSync(join(tmpdir(), 'mroptimum-spool-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a spool folder is for its user alone, and clears away what a killed worker left', async () => {
  const base = join(root, 'spool');
  // No process has that number: it is above what systems give.
  mkdirSync(join(base, '999999999'), { recursive: true });
  writeFileSync(join(base, '999999999', 'signal.dat'), 'measured');
  const own = await openSpool(base);
  expect(existsSync(join(base, '999999999'))).toBe(false);
  if (process.platform !== 'win32') expect(statSync(own).mode & 0o077).toBe(0);
});

test.skipIf(process.platform === 'win32')('a spool folder of another user is refused', async () => {
  // Only the superuser can give folders away; everybody else has those of the system.
  const isRoot = process.getuid?.() === 0;
  const other = isRoot ? join(root, 'other') : '/usr';
  if (isRoot) {
    mkdirSync(other);
    chownSync(other, 12_345, 12_345);
  }
  await expect(openSpool(other)).rejects.toMatchObject({
    code: 'MRO_CLI_USAGE',
    message: expect.stringContaining('belongs to another user'),
  });
});
