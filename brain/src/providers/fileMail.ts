import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from './mail.ts';

/**
 * Mail for a machine without any: each message becomes a text file that only this user can read, and the console
 * names the file (not its content: codes are for the reader alone).
 */
export function fileMail(folder: string, say: (line: string) => void = console.log): Mail {
  return {
    send: async ({ to, subject, text }) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const time = new Date().toISOString().replaceAll(':', '-');
      const path = join(folder, `${time}-${randomUUID().slice(0, 8)}.txt`);
      const oneLine = (value: string): string => value.replaceAll(/[\r\n]+/g, ' ');
      await writeFile(path, `To: ${oneLine(to)}\nSubject: ${oneLine(subject)}\n\n${text}\n`, {
        mode: 0o600,
        flag: 'wx',
      });
      say(`A message was written to ${path}`);
    },
  };
}
