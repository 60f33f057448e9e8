import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import pino from 'pino';
import { sendStraight } from '../../bytes/answer.ts';
import type { Env } from '../../http/caller.ts';
import { problemResponse } from '../../http/problem.ts';
import { type DiskObjects, type DiskOptions, diskObjects } from './index.ts';
import { registerObjectRoutes } from './routes.ts';

/** A zip archive for tests: names that end in "gz" are stored, others packed. */
export function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const name = Buffer.from(path);
    const method = path.endsWith('gz') ? 0 : 8;
    const packed = method === 0 ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** A disk in a folder of its own, its links served on this machine. `close` removes both. */
export async function serveDisk(
  options: Partial<DiskOptions> = {},
): Promise<{ disk: DiskObjects; folder: string; close: () => Promise<void> }> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'mroptimum-objects-')));
  const app = new OpenAPIHono<Env>();
  app.use(sendStraight);
  app.onError(problemResponse(pino({ level: 'silent' })));
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const disk = diskObjects({ secret: 'of the test', ...options, folder, origin: `http://127.0.0.1:${port}` });
  registerObjectRoutes(app, disk);
  const close = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return { disk, folder, close };
}
