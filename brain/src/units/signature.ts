import { timingSafeEqual } from 'node:crypto';
import {
  callbackSignatureHeader,
  callbackTimeHeader,
  callbackWindowSeconds,
  leaseSecret,
  MroError,
  signCallback,
} from '@mroptimum/contract';
import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';

const signedSchema = z.object({ pipeline: z.string().max(200), lease: z.string().max(300) });

/**
 * Lets through callbacks that the job's computing unit signed, with its own secret or that of the lease, within
 * the last five minutes. Everything else gets the same answer, whether the job exists or not.
 */
export function unitSignature(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const body = await c.req.text();
    const time = Number(c.req.header(callbackTimeHeader));
    const signature = c.req.header(callbackSignatureHeader) ?? '';
    if (!(await isSigned(deps, body, time, signature, c.req.param('id')))) {
      throw new MroError('MRO_BRAIN_SIGNATURE', 'The callback is not signed by the unit of this job.');
    }
    await next();
  };
}

async function isSigned(
  deps: Deps,
  body: string,
  time: number,
  signature: string,
  id: string | undefined,
): Promise<boolean> {
  const age = Math.abs(deps.clock().getTime() / 1000 - time);
  if (!Number.isInteger(time) || !(age <= callbackWindowSeconds)) return false;
  const parsed = signedSchema.safeParse(jsonOf(body));
  if (!parsed.success) return false;
  const { pipeline: named, lease } = parsed.data;
  if (id !== undefined && id !== named) return false;
  const pipeline = await deps.records.pipelines.byId(named);
  const unit = pipeline && (await deps.records.units.byId(pipeline.unitId));
  if (!unit) return false;
  for (const secret of [unit.callbackSecret, await leaseSecret(unit.callbackSecret, lease)])
    if (same(await signCallback(secret, time, body), signature)) return true;
  return false;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
