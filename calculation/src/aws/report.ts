import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openBundle } from '@mroptimum/bundle';
import {
  type BundleFailure,
  callbackAnswerSchema,
  callbackSignatureHeader,
  callbackTimeHeader,
  callbackUnitHeader,
  MroError,
  type ObjectPlace,
  signCallback,
  unitOfSecret,
} from '@mroptimum/contract';
import { blockSource, memoryBlocks } from './blocks.ts';
import { logLine, required } from './environment.ts';
import { s3Ranges } from './ranges.ts';

/** What the server is told. */
export interface Report {
  readonly what: 'completed' | 'failed';
  readonly body: { readonly pipeline: string; readonly lease: string } & Readonly<Record<string, unknown>>;
}

/** Refusals that asking again does not change: the job is gone, or the report is not understood. */
const final: readonly number[] = [400, 404, 409, 410, 413, 422];
const pausesMs: readonly number[] = [200, 1_000, 4_000];
const patienceMs = 15_000;

/**
 * Sends a report, signed; again with growing pauses where the server is away for a moment. A final refusal is logged
 * and done with.
 *
 * @throws MRO_JOB_SETUP where the signature is refused, TypeError where the server stays away
 */
export async function reportToServer({ what, body }: Report): Promise<void> {
  const text = JSON.stringify(body);
  let refreshed = false;
  for (let attempt = 0; ; attempt++) {
    const status = await post(what, text).catch((error: unknown) => {
      if (error instanceof MroError || attempt >= pausesMs.length) throw error;
      return undefined;
    });
    if (status === 200) return;
    if (status !== undefined && final.includes(status)) {
      logLine('warn', `The server does not want the report of lease ${body.lease}.`, { status });
      return;
    }
    if (status === 401 && !refreshed) {
      // The unit's secret may have been renewed since it was read.
      refreshed = true;
      forgetSecret();
      continue;
    }
    if (status !== undefined && status < 500 && status !== 408 && status !== 429) {
      throw new MroError('MRO_JOB_SETUP', `The server refuses the reports of this unit with ${status}.`, {
        hint: 'Compare the secret of the unit with that of the server, and the address of the server.',
      });
    }
    if (attempt >= pausesMs.length) throw new TypeError(`the server answers ${status}`);
    await sleep(pausesMs[attempt]);
  }
}

async function post(what: Report['what'], body: string): Promise<number> {
  const secret = await callbackSecret();
  const time = Math.floor(Date.now() / 1000);
  const unit = unitOfSecret(secret);
  const response = await fetch(new URL(`/api/pipeline/${what}`, required('CLOUDMR_API_URL')), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [callbackTimeHeader]: String(time),
      [callbackSignatureHeader]: await signCallback(secret, time, body),
      ...(unit && { [callbackUnitHeader]: unit }),
    },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    return response.status;
  }
  const { status, applied } = callbackAnswerSchema.parse(await response.json());
  logLine('info', `Reported ${what}: the job is ${status}.`, { applied });
  return 200;
}

let secrets: SecretsManagerClient | undefined;
let secret: Promise<string> | undefined;
const forgetSecret = (): void => {
  secret = undefined;
};

/** Read once in a container's life, and again where the server refuses it. */
function callbackSecret(): Promise<string> {
  secret ??= readSecret().catch((error: unknown) => {
    forgetSecret();
    throw error;
  });
  return secret;
}

async function readSecret(): Promise<string> {
  secrets ??= new SecretsManagerClient({ maxAttempts: 5 });
  const SecretId = required('CALLBACK_SECRET_ARN');
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  if (SecretString) return SecretString;
  throw new MroError('MRO_JOB_SETUP', 'The secret of this computing unit is empty.');
}

const unreadable: BundleFailure = {
  code: 'MRO_JOB_LOST',
  message: 'The calculation failed, and its report cannot be read.',
  hint: 'Look into the log of the calculation, then try the job again.',
};

/** What a failure bundle says went wrong, read by ranges. @throws MRO_JOB_FETCH where it may be had later */
export async function errorOfBundle(s3: S3Client, place: ObjectPlace): Promise<BundleFailure> {
  const source = blockSource(await s3Ranges(s3, place, place.key), memoryBlocks(2 ** 24));
  try {
    return (await openBundle(source)).failure ?? unreadable;
  } catch (error) {
    if (error instanceof MroError && error.code !== 'MRO_JOB_FETCH') return unreadable;
    throw error;
  } finally {
    await source.close();
  }
}
