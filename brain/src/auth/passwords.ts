import { randomInt } from 'node:crypto';
import { MroError, passwordProblems } from '@mroptimum/contract';
import { hash, verify } from '@node-rs/argon2';
import { fewAtOnce } from './fewAtOnce.ts';

/** argon2id (the default of the library), 19 MiB, two passes, one lane: OWASP's recommendation. */
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Hashing takes threads that files need too, and memory: a flood of sign-ins may not take them all. */
const limited = fewAtOnce(2, 100);

/** The same characters typed on another keyboard give other bytes; NFKC makes them one. */
const normal = (password: string): string => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> =>
  limited(() => hash(normal(password), cost));

let unknownHash: Promise<string> | undefined;

/** Whether it is the password; unknown accounts (no hash) cost as much work as known ones. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  unknownHash ??= hash('of nobody', cost);
  const compared = stored ?? (await unknownHash);
  const matches = await limited(() => verify(compared, normal(password)));
  return matches && stored !== undefined;
}

/** @throws MRO_BRAIN_INVALID with all that a new password lacks */
export function checkNewPassword(password: string): void {
  const problems = passwordProblems(password);
  if (problems.length > 0) {
    throw new MroError('MRO_BRAIN_INVALID', `The new password needs ${problems.join(', ')}.`, {
      hint: 'Choose a longer password with digits, special characters, upper and lower case.',
    });
  }
}

const alphabets = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '-+=%#'];

/** A random password that meets the rules, without letters that look alike: about 120 bits. */
export function newPassword(length = 20): string {
  const all = alphabets.join('');
  const pick = (alphabet: string): string => alphabet[randomInt(alphabet.length)]!;
  const characters = Array.from({ length }, (_, i) => pick(alphabets[i] ?? all));
  for (let i = length - 1; i > 0; i -= 1) {
    const j = randomInt(i + 1);
    [characters[i], characters[j]] = [characters[j]!, characters[i]!];
  }
  return characters.join('');
}
