import { timingSafeEqual } from 'node:crypto';
import {
  callbackSignatureHeader,
  callbackTimeHeader,
  callbackUnitHeader,
  callbackWindowSeconds,
  leaseSecret,
  MroError,
  signCallback,
} from '@mroptimum/contract';
import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { ComputingUnit } from '../entities.ts';
import type { Env } from '../http/caller.ts';
import { gone } from './callbacks.ts';

const signedSchema = z.object({ pipeline: z.string().max(200), lease: z.string().max(300) });

/**
 * Lets through callbacks that the job's computing unit signed, with its own secret or that of the lease, within
 * the last five minutes. A unit that names itself and signs for a job that is not one of its own, as one that was
 * deleted, is told that there is none, so that it stops telling. Everything else gets the same answer, whether the job
 * exists or not.
 */
export function unitSignature(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const callback = {
      body: await c.req.text(),
      time: Number(c.req.header(callbackTimeHeader)),
      signature: c.req.header(callbackSignatureHeader) ?? '',
    };
    const signer = await signerOf(deps, callback, c.req.param('id'), c.req.header(callbackUnitHeader));
    if (signer === 'of another job') return c.json(gone, 200);
    if (signer !== 'of the job') {
      throw new MroError('MRO_BRAIN_SIGNATURE', 'The callback is not signed by the unit of this job.');
    }
    return next();
  };
}

interface Callback {
  readonly body: string;
  readonly time: number;
  readonly signature: string;
}

async function signerOf(
  deps: Deps,
  callback: Callback,
  id: string | undefined,
  sender: string | undefined,
): Promise<'of the job' | 'of another job' | 'nobody'> {
  const age = Math.abs(deps.clock().getTime() / 1000 - callback.time);
  if (!Number.isInteger(callback.time) || !(age <= callbackWindowSeconds)) return 'nobody';
  const parsed = signedSchema.safeParse(jsonOf(callback.body));
  if (!parsed.success) return 'nobody';
  const { pipeline: named, lease } = parsed.data;
  if (id !== undefined && id !== named) return 'nobody';
  const pipeline = await deps.records.pipelines.byId(named);
  const { units } = deps.records;
  const unit = pipeline && (await units.byId(pipeline.unitId));
  if (unit && (await isSigned(unit, callback, lease))) return 'of the job';
  const other = sender && sender !== unit?.id ? await units.byId(sender) : undefined;
  return other && (await isSigned(other, callback, lease)) ? 'of another job' : 'nobody';
}

async function isSigned(
  { callbackSecret }: ComputingUnit,
  { body, time, signature }: Callback,
  lease: string,
): Promise<boolean> {
  for (const secret of [callbackSecret, await leaseSecret(callbackSecret, lease)])
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
