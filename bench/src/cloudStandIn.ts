import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One invocation as the function saw it. */
export interface Invocation {
  /** From handing out the event to the answer, milliseconds. */
  readonly ms: number;
  readonly failed: boolean;
}

/** Objects and the runtime API of Lambda on loopback: enough for one function to work. */
export class CloudStandIn {
  readonly objects = new Map<string, Buffer>();
  /** When the first object was asked for. */
  firstRead: number | undefined;
  #server: Server;
  #waiting: ServerResponse | undefined;
  #pending: { readonly event: string; readonly done: (invocation: Invocation) => void } | undefined;
  #running: { readonly start: number; readonly done: (invocation: Invocation) => void } | undefined;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  invoke(event: unknown): Promise<Invocation> {
    return new Promise((done) => {
      this.#pending = { event: JSON.stringify(event), done };
      this.#hand();
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #hand(): void {
    if (!this.#pending || !this.#waiting) return;
    const { event, done } = this.#pending;
    this.#running = { start: performance.now(), done };
    const deadline = String(Date.now() + 900_000);
    this.#waiting.writeHead(200, {
      'lambda-runtime-aws-request-id': 'bench',
      'lambda-runtime-deadline-ms': deadline,
    });
    this.#waiting.end(event);
    this.#pending = this.#waiting = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!.split('?')[0]!;
    if (path.endsWith('/invocation/next')) {
      this.#waiting = response;
      this.#hand();
    } else if (path.includes('/runtime/')) {
      await buffer(request);
      response.writeHead(202).end('{}');
      const { start, done } = this.#running!;
      done({ ms: performance.now() - start, failed: !path.endsWith('/response') });
    } else if (request.method === 'PUT') {
      this.objects.set(path, await buffer(request));
      response.writeHead(200, { etag: '"1"' }).end();
    } else {
      this.firstRead ??= performance.now();
      this.#send(request, response, this.objects.get(path));
    }
  }

  #send(request: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined): void {
    if (!bytes) {
      response.writeHead(404).end();
      return;
    }
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const part = from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1);
    const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${to}/${bytes.length}` };
    response.writeHead(from === undefined ? 200 : 206, {
      etag: '"1"',
      'content-length': part.length,
      ...range,
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  }
}
