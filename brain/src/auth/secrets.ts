import { createHash, randomBytes } from 'node:crypto';

/** Personal tokens begin with it: a scanner of published code finds them, and they are told from access tokens. */
export const apiTokenPrefix = 'mro_';

/** 256 random bits, for tokens that are shown once. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored of a secret of full entropy; a slow hash would add nothing. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
