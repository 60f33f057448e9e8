import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in of S3 for tests: a store that believes everything, behind a gate that checks what S3 checks. */
export interface Gate {
  readonly address: string;
  /** A key pair whose links are accepted. */
  trust(accessKeyId: string, secretAccessKey: string): void;
  close(): Promise<void>;
}

/** What S3 answers where it refuses. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Passes requests on to a store that checks neither links nor checksums (moto), after it has checked them as S3
 * does: the signature of presigned links over method, path, query and signed headers, their end, headers that begin
 * with `x-amz-` and were not signed, SHA-256 of bodies and of parts when an upload is completed.
 */
export async function openGate(behind: string, now: () => number = Date.now): Promise<Gate> {
  const secrets = new Map<string, string>();
  /** Uploads: the object they become, and the checksums of their parts where they were begun with SHA-256. */
  const uploads = new Map<string, { readonly path: string; readonly sums?: Map<string, string> }>();

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const { status, code, message } =
        error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error));
      response.writeHead(status, { 'content-type': 'application/xml', connection: 'close' });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', behind);
    const signed = url.searchParams.has('X-Amz-Signature');
    if (signed) checkLink(request, url);
    const body = Buffer.concat(await request.toArray());
    const checksum = checkBody(request, body);
    const uploadId = url.searchParams.get('uploadId');
    const known = uploadId === null ? undefined : uploads.get(uploadId);
    if (known && known.path !== url.pathname)
      throw new Refusal(404, 'NoSuchUpload', 'The specified upload does not exist.');
    const upload = known?.sums;
    const part = url.searchParams.get('partNumber');
    if (upload && part !== null && request.method === 'PUT') {
      if (checksum === undefined)
        throw new Refusal(
          400,
          'InvalidRequest',
          'Checksum Type mismatch occurred, expected checksum Type: sha256',
        );
      upload.set(part, checksum);
    }
    if (upload && request.method === 'POST') checkCompletion(body.toString(), upload);

    const {
      host: _host,
      connection: _connection,
      'transfer-encoding': _coding,
      expect: _expect,
      ...headers
    } = request.headers;
    const answer = await fetch(url, {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ) as [string, string][],
      ...(body.length > 0 && { body }),
    });
    let text: Buffer = Buffer.from(await answer.arrayBuffer());
    if (request.method === 'POST' && url.searchParams.has('uploads') && answer.ok) {
      const [, begun] = /<UploadId>([^<]+)</.exec(text.toString()) ?? [];
      const isSha256 = request.headers['x-amz-checksum-algorithm'] === 'SHA256';
      if (begun !== undefined)
        uploads.set(begun, { path: url.pathname, ...(isSha256 && { sums: new Map<string, string>() }) });
    }
    if (upload && request.method === 'GET') text = withChecksums(text.toString(), upload);
    const kept = [...answer.headers].filter(
      ([name]) => !['content-length', 'connection', 'transfer-encoding', 'content-encoding'].includes(name),
    );
    const length =
      request.method === 'HEAD' ? (answer.headers.get('content-length') ?? '0') : String(text.length);
    response.writeHead(answer.status, { ...Object.fromEntries(kept), 'content-length': length });
    response.end(text);
  }

  function checkLink(request: IncomingMessage, url: URL): void {
    const query = url.searchParams;
    const [accessKeyId = '', date = '', region = '', service = ''] = (
      query.get('X-Amz-Credential') ?? ''
    ).split('/');
    const secret = secrets.get(accessKeyId);
    if (secret === undefined) throw new Refusal(403, 'InvalidAccessKeyId', 'The access key does not exist');
    const signedHeaders = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
    const unsigned = Object.keys(request.headers).filter(
      (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signedHeaders.includes(name),
    );
    if (unsigned.length > 0)
      throw new Refusal(
        403,
        'AccessDenied',
        `There were headers present in the request which were not signed: ${unsigned}`,
      );
    const canonical = [
      request.method,
      url.pathname,
      [...query]
        .filter(([name]) => name !== 'X-Amz-Signature')
        .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
        .sort()
        .join('&'),
      ...signedHeaders.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
      '',
      signedHeaders.join(';'),
      'UNSIGNED-PAYLOAD',
    ].join('\n');
    const time = query.get('X-Amz-Date') ?? '';
    const scope = `${date}/${region}/${service}/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
      '\n',
    );
    const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
      (k, name) => createHmac('sha256', k).update(name).digest(),
      `AWS4${secret}`,
    );
    if (createHmac('sha256', key).update(text).digest('hex') !== query.get('X-Amz-Signature'))
      throw new Refusal(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match');
    const from = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (!(now() <= from + 1000 * Number(query.get('X-Amz-Expires'))))
      throw new Refusal(403, 'AccessDenied', 'Request has expired');
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trust: (accessKeyId, secret) => void secrets.set(accessKeyId, secret),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** RFC 3986, as signatures want it. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The SHA-256 that a request announces, after the body was found to have it. */
function checkBody(request: IncomingMessage, body: Buffer): string | undefined {
  const told = request.headers['x-amz-checksum-sha256'];
  if (typeof told !== 'string') return undefined;
  if (createHash('sha256').update(body).digest('base64') !== told)
    throw new Refusal(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  return told;
}

function checkCompletion(xml: string, upload: ReadonlyMap<string, string>): void {
  for (const [part] of xml.matchAll(/<Part>.*?<\/Part>/gs)) {
    const number = /<PartNumber>(\d+)</.exec(part)?.[1] ?? '';
    if (/<ChecksumSHA256>([^<]+)</.exec(part)?.[1] !== upload.get(number))
      throw new Refusal(
        400,
        'InvalidPart',
        `One or more of the specified parts could not be found: ${number}`,
      );
  }
}

const withChecksums = (xml: string, upload: ReadonlyMap<string, string>): Buffer =>
  Buffer.from(
    xml.replace(/<Part>.*?<\/Part>/gs, (part) => {
      const number = /<PartNumber>(\d+)</.exec(part)?.[1] ?? '';
      return part.replace('</Part>', `<ChecksumSHA256>${upload.get(number)}</ChecksumSHA256></Part>`);
    }),
  );
