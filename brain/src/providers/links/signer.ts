import { createHmac, timingSafeEqual } from 'node:crypto';
import { MroError } from '@mroptimum/contract';
import type { LinkRequest } from '../objects.ts';
import { keyOfSegment, urlSegment } from './keys.ts';

/** What a link that was checked allows. */
export type Allowed = Omit<LinkRequest, 'expiresInSeconds'> & {
  /** The computing unit in whose account the object lies; undefined for the server's own. */
  readonly store?: string;
};

/** Query of a link; all of it is signed. */
export interface LinkQuery {
  readonly method?: string | undefined;
  readonly expires?: string | undefined;
  readonly size?: string | undefined;
  readonly maximum?: string | undefined;
  readonly upload?: string | undefined;
  readonly part?: string | undefined;
  readonly filename?: string | undefined;
  readonly entry?: string | undefined;
  readonly sha256?: string | undefined;
  readonly store?: string | undefined;
  readonly signature?: string | undefined;
}

const signed = [
  'method',
  'expires',
  'size',
  'maximum',
  'upload',
  'part',
  'filename',
  'entry',
  'sha256',
  'store',
] as const;

/** Signed URLs: HMAC-SHA-256 over method, key, end, and everything else that the link is bound to. */
export function linkSigner(origin: string, secret: string | Uint8Array) {
  const sign = (key: string, query: LinkQuery): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify(['mroptimum-link-1', key, ...signed.map((name) => query[name] ?? null)]))
      .digest();

  return {
    url(request: LinkRequest & Pick<Allowed, 'store'>, now: number): string {
      const { method, key, expiresInSeconds, size, maximumSize, part, filename, entry, sha256, store } =
        request;
      const query: LinkQuery = {
        method,
        expires: String(Math.floor(now / 1000) + expiresInSeconds),
        ...(size !== undefined && { size: String(size) }),
        ...(maximumSize !== undefined && { maximum: String(maximumSize) }),
        ...(part && { upload: part.uploadId, part: String(part.number) }),
        ...(filename !== undefined && { filename }),
        ...(entry !== undefined && { entry }),
        ...(sha256 !== undefined && { sha256 }),
        ...(store !== undefined && { store }),
      };
      const search = new URLSearchParams(Object.entries(query));
      search.set('signature', sign(key, query).toString('base64url'));
      return `${origin}/objects/${urlSegment(key)}?${search}`;
    },

    /** @throws MRO_BRAIN_LINK for a link that is not ours, has ended or is for another method */
    check(method: 'GET' | 'PUT', segment: string, query: LinkQuery, now: number): Allowed {
      const key = keyOfSegment(segment);
      const given = Buffer.from(query.signature ?? '', 'base64url');
      const expected = sign(key, query);
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new MroError('MRO_BRAIN_LINK', 'The link was changed or is not one of this server.');
      if (query.method !== method)
        throw new MroError('MRO_BRAIN_LINK', `The link is for ${query.method} alone.`);
      if (Number(query.expires) * 1000 <= now) throw new MroError('MRO_BRAIN_LINK', 'The link has expired.');
      return {
        method,
        key,
        ...(query.size !== undefined && { size: Number(query.size) }),
        ...(query.maximum !== undefined && { maximumSize: Number(query.maximum) }),
        ...(query.upload !== undefined && { part: { uploadId: query.upload, number: Number(query.part) } }),
        ...(query.filename !== undefined && { filename: query.filename }),
        ...(query.entry !== undefined && { entry: query.entry }),
        ...(query.sha256 !== undefined && { sha256: query.sha256 }),
        ...(query.store !== undefined && { store: query.store }),
      };
    },
  };
}
