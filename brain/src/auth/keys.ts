import { randomUUID } from 'node:crypto';
import { MroError } from '@mroptimum/contract';
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { KeyStore } from '../providers/keyStore.ts';

/** What an access token says. */
export interface AccessClaims {
  /** User. */
  readonly sub: string;
  /** The signed-in session it belongs to. */
  readonly sid: string;
}

/** Keys that sign access tokens: one signs, all verify until the tokens of the older ones have ended. */
export interface SigningKeys {
  readonly issuer: string;
  sign(
    claims: AccessClaims & { readonly audience: string; readonly expiresInSeconds: number },
  ): Promise<string>;
  /** What a valid token says and when it was issued; undefined for any other. */
  verify(token: string, audience: string): Promise<(AccessClaims & { readonly issuedAt: Date }) | undefined>;
}

export interface KeyOptions {
  readonly store: KeyStore;
  readonly issuer: string;
  readonly clock: () => Date;
  /** Age at which a key stops signing. */
  readonly rotateAfterDays?: number;
}

const algorithm = 'EdDSA';
const day = 24 * 3600_000;
/** How long a key that signs no more still verifies: far beyond the life of an access token. */
const overlap = day;
/** An unknown key may be a new one of another process: the store is asked again, at most this often. */
const reloadMilliseconds = 10_000;

const storedKeys = z.array(
  z.object({ kid: z.string(), createdAt: z.iso.datetime(), key: z.looseObject({ kty: z.string() }) }),
);
type StoredKey = z.infer<typeof storedKeys>[number];

/**
 * Ed25519 keys that replace each other. Algorithm, issuer and audience are pinned: a token that names another
 * algorithm, none, or an unknown key is not valid, whatever it is signed with.
 */
export function rotatingKeys({ store, issuer, clock, rotateAfterDays = 30 }: KeyOptions): SigningKeys {
  const lifetime = rotateAfterDays * day;
  let keys: Promise<readonly StoredKey[]> | undefined;
  let reloadedAt = 0;
  let rotation: Promise<StoredKey> | undefined;

  const ready = new Map<string, ReturnType<typeof importJWK>>();

  /** Keys are read out of their text once. */
  function imported(name: string, key: JWK): ReturnType<typeof importJWK> {
    const known = ready.get(name) ?? importJWK(key, algorithm);
    ready.set(name, known);
    return known;
  }

  const current = () => {
    keys ??= read(store);
    return keys;
  };

  async function signer(): Promise<StoredKey> {
    const newest = (await current()).at(-1);
    const now = clock().getTime();
    if (newest !== undefined && now - Date.parse(newest.createdAt) < lifetime) return newest;
    rotation ??= rotate(now).finally(() => {
      rotation = undefined;
    });
    return rotation;
  }

  async function rotate(now: number): Promise<StoredKey> {
    const created = await newKey(new Date(now));
    const kept = (await current()).filter(
      ({ createdAt }) => now - Date.parse(createdAt) < lifetime + overlap,
    );
    const next = [...kept, created];
    await store.save(JSON.stringify(next));
    keys = Promise.resolve(next);
    return created;
  }

  async function keyNamed(kid: unknown): Promise<StoredKey | undefined> {
    const known = (await current()).find((entry) => entry.kid === kid);
    const now = clock().getTime();
    if (known !== undefined) {
      return now - Date.parse(known.createdAt) < lifetime + overlap ? known : undefined;
    }
    if (now - reloadedAt < reloadMilliseconds) return undefined;
    reloadedAt = now;
    keys = read(store);
    return (await current()).find((entry) => entry.kid === kid);
  }

  return {
    issuer,
    async sign({ sub, sid, audience, expiresInSeconds }) {
      const { kid, key } = await signer();
      const now = clock().getTime() / 1000;
      return new SignJWT({ sid })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
        .setSubject(sub)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(Math.floor(now) + expiresInSeconds)
        .sign(await imported(`${kid} private`, key as JWK));
    },
    async verify(token, audience) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const entry = await keyNamed(kid);
            if (entry === undefined) throw new MroError('MRO_BRAIN_SIGN_IN', 'Unknown key.');
            const { d: _private, ...publicKey } = entry.key as JWK;
            return imported(entry.kid, publicKey);
          },
          { algorithms: [algorithm], issuer, audience, typ: 'at+jwt', currentDate: clock() },
        );
        const { sub, sid, iat, exp } = payload;
        if (typeof sub !== 'string' || typeof sid !== 'string') return undefined;
        if (iat === undefined || exp === undefined) return undefined;
        return { sub, sid, issuedAt: new Date(Math.round(iat * 1000)) };
      } catch {
        return undefined;
      }
    },
  };
}

async function newKey(at: Date): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { kid: randomUUID(), createdAt: at.toISOString(), key: { ...jwk, kty: 'OKP' } };
}

async function read(store: KeyStore): Promise<readonly StoredKey[]> {
  const text = await store.load();
  return text === undefined ? [] : storedKeys.parse(JSON.parse(text));
}
