import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  messageSchema,
  uploadAbortSchema,
  uploadFinalizeSchema,
  uploadFinishedSchema,
  uploadInitiateSchema,
  uploadPartsSchema,
  uploadStartedSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { ownUpload, uploadParts } from '../uploads/transfer.ts';
import { abortUpload } from './service.ts';
import { finalizeUpload, initiateUpload } from './upload.ts';
import { viewOf } from './view.ts';

const access = { kind: 'user', scope: 'data:write' } as const;
const tags = ['uploads'];

const initiate = defineRoute(access, {
  method: 'post',
  path: '/api/upload_initiate',
  tags,
  summary: 'Begin an upload: the server says into which parts the file is cut, and where each is put',
  request: { body: json(uploadInitiateSchema, 'Name and size') },
  responses: { 200: json(uploadStartedSchema, 'Links for the parts') },
});

const parts = defineRoute(access, {
  method: 'get',
  path: '/api/upload/{id}/parts',
  tags,
  summary: 'What has arrived, and fresh links for what is missing: resumes an upload',
  request: { params: z.object({ id: z.string().min(1).max(200) }) },
  responses: { 200: json(uploadPartsSchema, 'Parts there and parts missing') },
});

const finalize = defineRoute(access, {
  method: 'post',
  path: '/api/upload_finalize',
  tags,
  summary: 'Complete an upload: parts are joined and verified, the content is looked at',
  request: { body: json(uploadFinalizeSchema, 'The upload, and checksums as the client knows them') },
  responses: { 200: json(uploadFinishedSchema, 'The file') },
});

const abort = defineRoute(access, {
  method: 'post',
  path: '/api/upload_abort',
  tags,
  summary: 'End an upload and forget what arrived',
  request: { body: json(uploadAbortSchema, 'The upload') },
  responses: { 200: json(messageSchema, 'Ended') },
});

/** Uploads into the library. Parts themselves are put to links, not to these routes. */
export function registerUploads(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(initiate, async (c) =>
    c.json(await initiateUpload(deps, c.var.caller.user, c.req.valid('json')), 200),
  );
  app.openapi(parts, async (c) => {
    const upload = await ownUpload(deps, c.var.caller.user.id, c.req.valid('param').id);
    return c.json(await uploadParts(deps, upload), 200);
  });
  app.openapi(finalize, async (c) => {
    const file = await finalizeUpload(deps, c.var.caller.user.id, c.req.valid('json'));
    return c.json({ message: 'The upload is complete.', response: await viewOf(deps, file) }, 200);
  });
  app.openapi(abort, async (c) => {
    await abortUpload(deps, c.var.caller.user.id, c.req.valid('json').uploadId);
    return c.json({ message: 'The upload was ended.' }, 200);
  });
}
