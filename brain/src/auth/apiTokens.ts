import { randomUUID } from 'node:crypto';
import { MroError, type Scope } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { ApiToken, User } from '../entities.ts';
import { apiTokenPrefix, hashSecret, newSecret } from './secrets.ts';

const mostTokens = 100;

export type TokenView = Omit<ApiToken, 'hash' | 'userId' | 'scopes'> & { scopes: Scope[] };

/** A personal token for scripts and computing units; the secret is given this once. @throws MRO_BRAIN_QUOTA */
export async function createToken(
  { records, clock, log }: Deps,
  user: User,
  request: { name: string; scopes: readonly Scope[]; expiresInDays?: number | undefined },
): Promise<TokenView & { token: string }> {
  if ((await records.apiTokens.listByUser(user.id)).length >= mostTokens) {
    throw new MroError('MRO_BRAIN_QUOTA', `There are ${mostTokens} personal tokens already.`, {
      hint: 'Delete those that are no longer used.',
    });
  }
  const now = clock();
  const days = request.expiresInDays;
  const secret = `${apiTokenPrefix}${newSecret()}`;
  const token: ApiToken = {
    id: randomUUID(),
    userId: user.id,
    name: request.name,
    hash: hashSecret(secret),
    scopes: [...new Set(request.scopes)],
    createdAt: now.toISOString(),
    ...(days !== undefined && { expiresAt: new Date(now.getTime() + days * 24 * 3600_000).toISOString() }),
  };
  await records.apiTokens.create(token);
  log.info({ userId: user.id, tokenId: token.id, scopes: token.scopes }, 'personal token created');
  return { ...view(token), token: secret };
}

export async function listTokens({ records }: Deps, user: User): Promise<TokenView[]> {
  return (await records.apiTokens.listByUser(user.id)).map(view);
}

/** @throws MRO_BRAIN_NOT_FOUND where this user has no such token */
export async function deleteToken({ records, log }: Deps, user: User, id: string): Promise<void> {
  if (!(await records.apiTokens.delete(user.id, id))) {
    throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such personal token.');
  }
  log.info({ userId: user.id, tokenId: id }, 'personal token deleted');
}

function view({ hash: _hash, userId: _userId, ...shown }: ApiToken): TokenView {
  return { ...shown, scopes: [...shown.scopes] };
}
