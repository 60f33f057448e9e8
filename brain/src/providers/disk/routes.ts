import { basename } from 'node:path';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { MroError } from '@mroptimum/contract';
import type { Context } from 'hono';
import { answerStream, nodeOf } from '../../bytes/answer.ts';
import { entryContent, wholeContent } from '../../bytes/content.ts';
import type { Env } from '../../http/caller.ts';
import { defineRoute } from '../../http/route.ts';
import { attachment, contentType } from '../links/downloadName.ts';
import { linkQuerySchema } from '../links/query.ts';
import type { Allowed } from '../links/signer.ts';
import type { DiskObjects } from './index.ts';
import { known, parseRange, stillTheSame } from './range.ts';

const bytes = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };
const request = { params: z.object({ key: z.string() }), query: linkQuerySchema };

const download = defineRoute(
  { kind: 'link' },
  {
    method: 'get',
    path: '/objects/{key}',
    tags: ['objects'],
    summary: 'Download by a link: Range, If-Range, If-None-Match and HEAD are understood',
    request,
    responses: {
      200: { content: bytes, description: 'All of it' },
      206: { content: bytes, description: 'The range asked for' },
      304: { description: 'Not changed' },
      416: { description: 'The range begins behind the end' },
    },
  },
);

const upload = defineRoute(
  { kind: 'link' },
  {
    method: 'put',
    path: '/objects/{key}',
    tags: ['objects'],
    summary:
      'Upload by a link; x-amz-checksum-sha256 (base64) is verified, the answer has the SHA-256 as ETag',
    request: { ...request, body: { content: bytes } },
    responses: { 200: { description: 'Stored' } },
  },
);

/** Serves the links of objects on disk. */
export function registerObjectRoutes(app: OpenAPIHono<Env>, disk: DiskObjects): void {
  app.openapi(download, async (c) => {
    const allowed = disk.allow('GET', c.req.valid('param').key, c.req.valid('query'));
    return serve(c, disk, allowed);
  });
  app.openapi(upload, async (c) => {
    const allowed = disk.allow('PUT', c.req.valid('param').key, c.req.valid('query'));
    // Whatever is refused may leave bytes on their way: the connection cannot be used again.
    c.header('Connection', 'close');
    const size = agreedSize(allowed, c.req.header('content-length'));
    const sha256 = await disk.receive({ ...allowed, size }, bodyOf(c), announced(c));
    c.header('Connection', undefined);
    return c.body(null, 200, { ETag: `"${sha256}"` });
  });
}

/** Bytes that will come: those the link is for, or as many as are announced where it names the most it takes. */
function agreedSize({ size, maximumSize }: Allowed, announcedLength: string | undefined): number {
  const length = announcedLength === undefined ? size : Number(announcedLength);
  if (size === undefined && maximumSize !== undefined && length !== undefined && length <= maximumSize)
    return length;
  if (size !== undefined && length === size) return size;
  const allowed = size === undefined ? `up to ${maximumSize ?? 0}` : `exactly ${size}`;
  const shown = announcedLength ?? 'an unknown number';
  throw new MroError('MRO_BRAIN_LINK', `The link is for ${allowed} bytes, not ${shown}.`);
}

async function serve(
  c: Context<Env>,
  disk: DiskObjects,
  { key, entry, filename }: Allowed,
): Promise<Response> {
  const source = await disk.open(key);
  if (!source) throw new MroError('MRO_BRAIN_NOT_FOUND', 'The object of this link was deleted.');
  let passedOn = false;
  try {
    const content = entry === undefined ? wholeContent(source) : await entryContent(source, entry);
    const name = filename ?? basename(entry ?? key);
    const { etag, modifiedAt } = await disk.stamp(key, entry);
    const headers: Record<string, string> = {
      ETag: etag,
      'Last-Modified': modifiedAt.toUTCString(),
      'Cache-Control': 'private, max-age=0',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
      'Accept-Ranges': content.ranges ? 'bytes' : 'none',
    };
    if (known(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);
    const sameStill = stillTheSame(c.req.header('if-range'), etag, modifiedAt);
    const range = content.ranges && sameStill ? parseRange(c.req.header('range'), content.size) : undefined;
    if (range === 'unsatisfiable')
      return c.body(null, 416, { ...headers, 'Content-Range': `bytes */${content.size}` });
    const { first, last } = range ?? { first: 0, last: content.size - 1 };
    if (range) headers['Content-Range'] = `bytes ${first}-${last}/${content.size}`;
    headers['Content-Length'] = String(last - first + 1);
    headers['Content-Type'] = contentType(name);
    headers['Content-Disposition'] = attachment(name);
    const status = range ? 206 : 200;
    if (c.req.method === 'HEAD') return c.body(null, status, headers);
    passedOn = true;
    return c.body(answerStream({ content, first, last, close: source.close }), status, headers);
  } finally {
    if (!passedOn) await source.close();
  }
}

/** Node's own stream where there is one: it spares a detour through web streams. */
function bodyOf(c: Context<Env>): AsyncIterable<Uint8Array> {
  const { incoming } = nodeOf(c);
  if (incoming) return incoming;
  return iterate(c.req.raw.body?.values() ?? [].values());
}

async function* iterate(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Hex of the checksum that S3 clients send; undefined without one. */
function announced(c: Context<Env>): string | undefined {
  const base64 = c.req.header('x-amz-checksum-sha256');
  if (base64 === undefined) return undefined;
  const digest = Buffer.from(base64, 'base64');
  if (digest.length === 32) return digest.toString('hex');
  throw new MroError('MRO_BRAIN_INVALID', 'x-amz-checksum-sha256: not a SHA-256 in base64.');
}
