import { passwordProblems } from '@mroptimum/contract';
import { expect, test } from 'vitest';
import { hashPassword, newPassword, verifyPassword } from './passwords.ts';

test('hashes are argon2id with 19 MiB, two passes, one lane, and salted', async () => {
  const [one, other] = [await hashPassword('Ångström 1!'), await hashPassword('Ångström 1!')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
});

test('the same characters, composed or not, are the same password', async () => {
  const stored = await hashPassword('Ångström 1!'.normalize('NFD'));
  expect(await verifyPassword(stored, 'Ångström 1!'.normalize('NFC'))).toBe(true);
  expect(await verifyPassword(stored, 'ångström 1!')).toBe(false);
});

test('an unknown account has no password, not even that of nobody', async () => {
  expect(await verifyPassword(undefined, 'of nobody')).toBe(false);
});

test('made-up passwords meet the rules and differ', () => {
  const made = Array.from({ length: 200 }, () => newPassword());
  expect(made.flatMap(passwordProblems)).toEqual([]);
  expect(new Set(made).size).toBe(200);
});
