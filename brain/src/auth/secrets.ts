import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Personal tokens begin with it: a scanner of published code finds them, and they are told from access tokens. */
export const apiTokenPrefix = 'mro_';

/** 256 random bits, for tokens that are shown once. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored of a secret of full entropy; a slow hash would add nothing. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * A secret of `newSecret` under a pad that only the holder of another one can make, and, masked again, the secret.
 * Each secret may mask one other.
 */
export function masked(secret: string, by: string): string {
  const pad = createHmac('sha256', by).update('mask of another secret').digest();
  const bytes = Buffer.from(secret, 'base64url');
  return Buffer.from(bytes.map((byte, i) => byte ^ pad[i]!)).toString('base64url');
}
