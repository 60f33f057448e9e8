import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  dataFileSchema,
  dataPageSchema,
  messageSchema,
  pageQuerySchema,
  presignedSchema,
  presignSchema,
  renameSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { defineRoute, json } from '../http/route.ts';
import { allData, deleteFile, listData, ownFile, presign, renameFile } from './service.ts';
import { registerUploads } from './uploadRoutes.ts';
import { viewOf } from './view.ts';

const read = { kind: 'user', scope: 'data:read' } as const;
const write = { kind: 'user', scope: 'data:write' } as const;
const tags = ['data'];
const params = z.object({ id: z.string().min(1).max(200) });

const list = defineRoute(read, {
  method: 'get',
  path: '/api/data',
  tags,
  summary: 'Files of the library, newest first, page by page',
  request: { query: pageQuerySchema },
  responses: { 200: json(dataPageSchema, 'One page') },
});

const listAll = defineRoute(read, {
  method: 'get',
  path: '/api/data/read',
  tags,
  summary: 'Files of the library as one list, for older clients',
  responses: { 200: json(z.array(dataFileSchema), 'All files') },
});

const one = defineRoute(read, {
  method: 'get',
  path: '/api/data/{id}',
  tags,
  summary: 'One file: what its content is, and a link',
  request: { params },
  responses: { 200: json(dataFileSchema, 'The file; its version as ETag') },
});

const rename = defineRoute(write, {
  method: 'post',
  path: '/api/data/update',
  tags,
  summary: 'Give a file another name (If-Match: the version that was read)',
  request: { body: json(renameSchema, 'File and name, which needs an extension') },
  responses: { 200: json(dataFileSchema, 'The file as it is now') },
});

const remove = defineRoute(write, {
  method: 'post',
  path: '/api/data/delete/{id}',
  tags,
  summary: 'Delete a file',
  request: { params },
  responses: { 200: json(messageSchema, 'Deleted') },
});

const link = defineRoute(write, {
  method: 'post',
  path: '/api/data/presign',
  tags,
  summary: 'A fresh link: to download a file, or to put a part of an upload',
  request: { body: json(presignSchema, 'What the link is for') },
  responses: { 200: json(presignedSchema, 'The link') },
});

/** The library: list, read, rename, delete, links, uploads. */
export function registerData(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const page = { limit, ...(cursor !== undefined && { cursor }) };
    return c.json(await listData(deps, c.var.caller.user.id, page), 200);
  });
  app.openapi(listAll, async (c) => c.json(await allData(deps, c.var.caller.user.id), 200));
  app.openapi(one, async (c) => {
    const file = await ownFile(deps, c.var.caller.user.id, c.req.valid('param').id);
    c.header('ETag', etagOf(file));
    return c.json(await viewOf(deps, file), 200);
  });
  app.openapi(rename, async (c) => {
    const { fileid, id, filename } = c.req.valid('json');
    const file = await ownFile(deps, c.var.caller.user.id, (fileid ?? id)!);
    checkIfMatch(c, file);
    const renamed = await renameFile(deps, file, filename);
    c.header('ETag', etagOf(renamed));
    return c.json(await viewOf(deps, renamed), 200);
  });
  app.openapi(remove, async (c) => {
    await deleteFile(deps, await ownFile(deps, c.var.caller.user.id, c.req.valid('param').id));
    return c.json({ message: 'The file was deleted.' }, 200);
  });
  app.openapi(link, async (c) => c.json(await presign(deps, c.var.caller.user.id, c.req.valid('json')), 200));
  registerUploads(app, deps);
}
