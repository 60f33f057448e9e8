/** A bare HTTP server of its own process: throws away what is put, gives bytes that mean nothing. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const piece = Buffer.alloc(2 ** 20);

const server = createServer((request, response) => {
  if (request.method === 'PUT') request.on('data', () => {}).on('end', () => response.end());
  else give(response, Number(request.headers['x-bytes']));
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('disconnect', () => process.exit());

function give(response: ServerResponse, bytes: number): void {
  response.setHeader('content-length', bytes);
  let left = bytes;
  const more = (): void => {
    for (let room = true; left > 0 && room; ) {
      const next = piece.subarray(0, Math.min(piece.length, left));
      left -= next.length;
      room = response.write(next);
    }
    if (left > 0) response.once('drain', more);
    else response.end();
  };
  more();
}
