import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileKeyStore } from '../providers/keyStore.ts';
import { rotatingKeys } from './keys.ts';

const issuer = 'http://mroptimum.test';
const day = 24 * 3600_000;
let folder: string;
let now: number;
const open = () =>
  rotatingKeys({ store: fileKeyStore(join(folder, 'keys.json')), issuer, clock: () => new Date(now) });
const claims = { sub: 'user', sid: 'session', audience: 'api', expiresInSeconds: 900 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mroptimum-keys-'));
  now = Date.parse('2026-03-01T12:00:00.250Z');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('signs and verifies, also after a restart, with a file for its owner alone', async () => {
  const token = await open().sign(claims);
  expect(await open().verify(token, 'api')).toEqual({ sub: 'user', sid: 'session', issuedAt: new Date(now) });
  expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
});

test('refuses another audience, another issuer, an ended token', async () => {
  const keys = open();
  const token = await keys.sign(claims);
  expect(await keys.verify(token, 'other')).toBeUndefined();
  const store = fileKeyStore(join(folder, 'keys.json'));
  const elsewhere = rotatingKeys({ store, issuer: 'http://else.test', clock: () => new Date(now) });
  expect(await elsewhere.verify(token, 'api')).toBeUndefined();
  now += 901_000;
  expect(await keys.verify(token, 'api')).toBeUndefined();
});

test('refuses unsigned tokens, other algorithms and keys that it does not know', async () => {
  const keys = open();
  const kid = JSON.parse(atob((await keys.sign(claims)).split('.')[0]!)).kid;
  const body = {
    sub: 'user',
    sid: 'session',
    iss: issuer,
    aud: 'api',
    iat: now / 1000,
    exp: now / 1000 + 900,
  };
  const unsigned = new UnsecuredJWT(body).encode();
  const header = (alg: string) => ({ alg, kid, typ: 'at+jwt' });
  const symmetric = await new SignJWT(body).setProtectedHeader(header('HS256')).sign(new Uint8Array(32));
  const { privateKey } = await generateKeyPair('EdDSA');
  const foreign = await new SignJWT(body).setProtectedHeader(header('EdDSA')).sign(privateKey);
  const embedded = await new SignJWT(body)
    .setProtectedHeader({ ...header('EdDSA'), kid: 'new', jwk: { kty: 'OKP' } })
    .sign(privateKey);
  for (const token of [unsigned, symmetric, foreign, embedded, 'a.b.c', '']) {
    expect(await keys.verify(token, 'api')).toBeUndefined();
  }
});

test('rotates after a month; tokens of the older key stay valid until their end', async () => {
  const keys = open();
  const kidOf = (token: string): string => JSON.parse(atob(token.split('.')[0]!)).kid;
  const first = await keys.sign({ ...claims, expiresInSeconds: 100 * 24 * 3600 });
  now += 30 * day - 60_000;
  const last = await keys.sign({ ...claims, expiresInSeconds: 100 * 24 * 3600 });
  expect(kidOf(last)).toBe(kidOf(first));
  now += 120_000;
  const second = await keys.sign(claims);
  expect(kidOf(second)).not.toBe(kidOf(last));
  expect(await keys.verify(last, 'api')).toMatchObject({ sub: 'user' });
  expect(await open().verify(last, 'api')).toMatchObject({ sub: 'user' });
  now += day;
  // A day later the older key is trusted no more, whatever end a token names.
  expect(await keys.verify(last, 'api')).toBeUndefined();
});

test('two that rotate at once make one key; a key of another process is found', async () => {
  const [one, other] = [open(), open()];
  const early = await other.sign(claims);
  now += 20_000;
  expect(await one.verify(early, 'api')).toBeDefined();
  now += 31 * day;
  const tokens = await Promise.all([one.sign(claims), one.sign(claims), one.sign(claims)]);
  const kids = new Set(tokens.map((token) => token.split('.')[0]));
  expect(kids.size).toBe(1);
  expect(await other.verify(tokens[0]!, 'api')).toBeDefined();
});

test('what is stored is a private Ed25519 key', async () => {
  await open().sign(claims);
  const [entry] = JSON.parse((await fileKeyStore(join(folder, 'keys.json')).load())!);
  expect(entry.key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d: expect.any(String) });
  expect(await importJWK(entry.key, 'EdDSA')).toBeDefined();
});
