import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MroError } from '@mroptimum/contract';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface Network {
  /** http://host:port */
  readonly address: string;
  /** From now on requests go there. */
  serve(listener: Listener): void;
  /** Takes no more connections, lets short requests end, ends streams. */
  close(): Promise<void>;
}

/** How long requests under way may take to end. */
const grace = 700;

/**
 * Opens the port before anything else is opened, so that the address is known and a second server on the same
 * port touches no data.
 *
 * @throws MroError MRO_BRAIN_RUNNING where the port is taken
 */
export async function listen(host: string, port: number): Promise<Network> {
  let listener: Listener = (_, response) => {
    response.writeHead(503, { 'retry-after': '1' }).end();
  };
  const server = createServer((request, response) => listener(request, response));
  // Uploads of large parts over slow lines take long; slow clients are ended where the body is read.
  server.requestTimeout = 0;
  server.headersTimeout = 20_000;
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(error, host, port)));
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `http://${name}:${bound.port}`,
    serve(next) {
      listener = next;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearTimeout(timer);
    },
  };
}

function refused(cause: NodeJS.ErrnoException, host: string, port: number): MroError {
  if (cause.code === 'EADDRINUSE') {
    return new MroError('MRO_BRAIN_RUNNING', `Port ${port} of ${host} is taken by another program.`, {
      cause,
    });
  }
  return new MroError('MRO_CLI_USAGE', `The server cannot listen at ${host}:${port} (${cause.code}).`, {
    hint: 'Choose another --host or --port; ports below 1024 need special rights.',
    cause,
  });
}
