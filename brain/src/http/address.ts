import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * Address of the client. Behind a trusted proxy it is the last entry of X-Forwarded-For, which that proxy wrote;
 * a request that was forwarded by one we do not trust counts as "forwarded", all together.
 */
export function clientAddress(c: Context, trustProxy: boolean): string {
  const forwarded = c.req.header('x-forwarded-for');
  if (forwarded !== undefined) {
    return trustProxy ? (forwarded.split(',').at(-1)?.trim().slice(0, 64) ?? 'forwarded') : 'forwarded';
  }
  // Outside a Node server (tests, Lambda) there is no socket to ask.
  const hasSocket = c.env !== undefined && c.env !== null && 'incoming' in Object(c.env);
  return hasSocket ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown';
}

/** Whether it is this very machine. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
