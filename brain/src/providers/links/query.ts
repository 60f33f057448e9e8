import { z } from '@hono/zod-openapi';

const text = z.string().optional();

/** Query of a link to this server, see `linkSigner`. */
export const linkQuerySchema = z.object({
  method: text,
  expires: text,
  size: text,
  maximum: text,
  upload: text,
  part: text,
  filename: text,
  entry: text,
  sha256: text,
  store: text,
  signature: text,
});
