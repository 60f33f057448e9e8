import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** A user of the server, as a program knows it: by HTTP alone. */
export interface Client {
  ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Puts a file into the account of a unit; its id. */
  upload(path: string, unit: string): Promise<string>;
  /** Waits for the end of a job, and does what a schedule does meanwhile. */
  ended(job: string, schedule: () => Promise<unknown>): Promise<Record<string, unknown>>;
}

const password = 'Gradient-echo 42';

/** A new user. */
export async function signUp(server: string, name: string): Promise<Client> {
  const email = `${name}@lab.example`;
  const response = await fetch(`${server}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, username: name, firstname: name, lastname: 'Bloch' }),
  });
  if (!response.ok) throw new Error(`register: ${response.status} ${await response.text()}`);
  return signIn(server, email, password);
}

/** A user who has an account. */
export async function signIn(server: string, email: string, secret: string): Promise<Client> {
  let token: string | undefined;
  const ask: Client['ask'] = async (method, path, body) => {
    const response = await fetch(`${server}/api${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
  };
  const good = async (...request: Parameters<typeof ask>): Promise<Record<string, unknown>> => {
    const { status, body } = await ask(...request);
    if (status >= 300) throw new Error(`${request[1]}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  token = String((await good('POST', '/auth/login', { email, password: secret })).access_token);

  return {
    ask,
    async upload(path, unit) {
      const bytes = await readFile(path);
      const digest = createHash('sha256').update(bytes).digest();
      const sha256 = digest.toString('hex');
      const started = await good('POST', '/upload_initiate', {
        filename: basename(path),
        filesize: bytes.length,
        checksums: 'sha256',
        computing_unit_id: unit,
      });
      const { uploadId, response } = started as { uploadId: string; response: { id: string } };
      const link = await good('POST', '/data/presign', { method: 'PUT', uploadId, partNumber: 1, sha256 });
      const put = await fetch(String(link.url), {
        method: 'PUT',
        body: bytes,
        headers: { 'x-amz-checksum-sha256': digest.toString('base64') },
      });
      if (!put.ok) throw new Error(`upload: ${put.status} ${await put.text()}`);
      await good('POST', '/upload_finalize', { uploadId, parts: [{ partNumber: 1, sha256 }] });
      return response.id;
    },
    async ended(job, schedule) {
      for (let look = 0; look < 200; look++) {
        const pipeline = await good('GET', `/pipeline/${job}`);
        if (pipeline.status !== 'queued' && pipeline.status !== 'running') return pipeline;
        if (pipeline.status === 'queued') await schedule();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      throw new Error(`The job ${job} does not end.`);
    },
  };
}
