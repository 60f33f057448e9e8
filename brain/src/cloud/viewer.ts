import { timingSafeEqual } from 'node:crypto';
import type { LambdaEvent } from 'hono/aws-lambda';

/** Header by which the content network shows that a request came through it. */
export const edgeHeader = 'x-mroptimum-edge';

/**
 * The event with one address in X-Forwarded-For: that of the client. A request through the content network has it
 * before the network's own; to any other the network's word is not believed, and its sender is the client.
 */
export function withClientAddress(event: LambdaEvent, edgeSecret: string | undefined): LambdaEvent {
  const headers = (event.headers ?? {}) as Record<string, string | undefined>;
  const { [edgeHeader]: shown, ...kept } = headers;
  const hops = (headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim());
  const address = (same(shown, edgeSecret) ? hops.at(-2) : undefined) ?? hops.at(-1) ?? '';
  return { ...event, headers: { ...kept, 'x-forwarded-for': address } } as LambdaEvent;
}

function same(shown: string | undefined, secret: string | undefined): boolean {
  if (!shown || !secret) return false;
  const [a, b] = [Buffer.from(shown), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
