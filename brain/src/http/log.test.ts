import { expect, test } from 'vitest';
import { createLog } from './log.ts';

test('what is named like a secret is replaced in every line, three levels deep', () => {
  const lines: string[] = [];
  const log = createLog({ destination: { write: (line) => void lines.push(line) } });
  const secret = { password: 'gyro 1', token: 'gyro 2', authorization: 'gyro 3', presigned_url: 'gyro 4' };
  log.info({ ...secret, headers: { ...secret, cookie: 'gyro 5' }, request: { body: secret } }, 'line');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('[removed]');
  expect(lines[0]).not.toContain('gyro');
});

test('levels below the one asked for say nothing', () => {
  const lines: string[] = [];
  createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } }).info('quiet');
  expect(lines).toEqual([]);
});
