import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { MroError } from '@mroptimum/contract';
import type { Env } from '../../http/caller.ts';
import { defineRoute } from '../../http/route.ts';
import { linkQuerySchema } from '../links/query.ts';
import type { linkSigner } from '../links/signer.ts';
import type { S3Objects } from './index.ts';

/** A function of the cloud takes requests of 6 MB, and bytes travel to it as base64. */
const largestBody = 4 * 2 ** 20;
/** A browser follows at once. */
const redirectSeconds = 600;

const bytes = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };
const request = { params: z.object({ key: z.string() }), query: linkQuerySchema };

const download = defineRoute(
  { kind: 'link' },
  {
    method: 'get',
    path: '/objects/{key}',
    tags: ['objects'],
    summary: 'One file of a bundle by a link: leads to where it can be downloaded',
    request,
    responses: { 302: { description: 'Where it is' } },
  },
);

const upload = defineRoute(
  { kind: 'link' },
  {
    method: 'put',
    path: '/objects/{key}',
    tags: ['objects'],
    summary: 'Upload of a small file by a link, for clients that did not say its size',
    request: { ...request, body: { content: bytes } },
    responses: { 200: { description: 'Stored' } },
  },
);

export interface LinkRoutes {
  readonly signer: ReturnType<typeof linkSigner>;
  readonly clock: () => Date;
  /** The store of a unit; undefined: the server's own. */
  storeOf(unitId: string | undefined): Promise<S3Objects>;
}

/** Serves the links for which S3 has none of its own. */
export function registerS3Routes(app: OpenAPIHono<Env>, { signer, clock, storeOf }: LinkRoutes): void {
  const check = (method: 'GET' | 'PUT', key: string, query: z.infer<typeof linkQuerySchema>) =>
    signer.check(method, key, query, clock().getTime());

  app.openapi(download, async (c) => {
    const { key, entry, filename, store } = check('GET', c.req.valid('param').key, c.req.valid('query'));
    if (entry === undefined) throw new MroError('MRO_BRAIN_LINK', 'The link names no file of the bundle.');
    const named = filename === undefined ? {} : { filename };
    const objects = await storeOf(store);
    return c.redirect(
      await objects.entryLink({ key, entry, ...named, expiresInSeconds: redirectSeconds }),
      302,
    );
  });
  app.openapi(upload, async (c) => {
    const { key, maximumSize, store } = check('PUT', c.req.valid('param').key, c.req.valid('query'));
    const most = Math.min(maximumSize ?? 0, largestBody);
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (body.length > most)
      throw new MroError('MRO_BRAIN_TOO_LARGE', `The link takes up to ${most} bytes, not ${body.length}.`, {
        hint: 'Say the size when the upload begins: then the link leads to the storage itself.',
      });
    await (await storeOf(store)).put(key, body);
    return c.body(null, 200);
  });
}
