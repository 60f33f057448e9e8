import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileMail } from './fileMail.ts';

test('a message becomes a file for this user alone; the console names the file, not what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-mail-'));
  const said: string[] = [];
  const mail = fileMail(join(folder, 'mail'), (line) => said.push(line));
  await mail.send({
    to: 'ada@example.org\nBcc: eve@example.org',
    subject: 'Your code',
    text: 'It is 123456.',
  });
  const [name] = await readdir(join(folder, 'mail'));
  const path = join(folder, 'mail', name!);
  const text = await readFile(path, 'utf8');
  expect(text).toBe('To: ada@example.org Bcc: eve@example.org\nSubject: Your code\n\nIt is 123456.\n');
  expect(said).toEqual([expect.stringContaining(name!)]);
  expect(said.join()).not.toContain('123456');
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o077).toBe(0);
  await rm(folder, { recursive: true });
});
