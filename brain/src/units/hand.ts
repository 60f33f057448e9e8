import { type Lease, type LeasedInput, leaseSecret } from '@mroptimum/contract';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, DataFile, Pipeline } from '../entities.ts';

/** Links to inputs: longer than any calculation waits before it has read them. */
const inputSeconds = 24 * 3600;

/** Seconds without a heartbeat after which a job is given to somebody else. */
export const leaseSeconds = 30;

/** The same until the first heartbeat: the answer with the job may never have arrived. */
export const firstLeaseSeconds = 10;

/**
 * What a worker gets of a job that it has leased: the job, links to its files, and the secret of this lease.
 * Undefined where a file was removed from the library in the meantime.
 */
export async function handOver(
  deps: Deps,
  unit: ComputingUnit,
  pipeline: Pipeline,
): Promise<Lease | undefined> {
  const inputs: LeasedInput[] = [];
  for (const id of pipeline.inputs) {
    const file = await deps.records.data.byId(id);
    if (!file || file.userId !== pipeline.userId) return undefined;
    inputs.push(await leasedInput(deps, file));
  }
  const leaseId = pipeline.lease!.id;
  return {
    leaseId,
    secret: await leaseSecret(unit.callbackSecret, leaseId),
    pipeline: pipeline.id,
    computingUnitId: unit.id,
    attempt: pipeline.attempts,
    memoryBytes: pipeline.estimate?.bytes ?? 0,
    leaseSeconds,
    job: pipeline.job,
    inputs,
  };
}

async function leasedInput(deps: Deps, file: DataFile): Promise<LeasedInput> {
  const companions = await companionsOf(deps, file);
  return {
    key: file.objectKey,
    filename: file.filename,
    size: file.size,
    ...(file.sha256 !== undefined && { sha256: file.sha256 }),
    url: await inputLink(deps, file),
    companions: await Promise.all(
      companions.map(async (other) => ({
        filename: other.filename,
        size: other.size,
        url: await inputLink(deps, other),
      })),
    ),
  };
}

const inputLink = async (deps: Deps, { objectKey, unitId }: DataFile): Promise<string> =>
  (await storeOf(deps, unitId)).link({ method: 'GET', key: objectKey, expiresInSeconds: inputSeconds });

/** Formats of two files: ending of the one named → endings of its other half. */
const otherHalves: Readonly<Record<string, readonly string[]>> = {
  cfl: ['hdr'],
  hdr: ['cfl'],
  mhd: ['raw', 'zraw'],
};

/** The other half of a file: the newest of its owner's library with the same name and the other ending. */
export async function companionsOf(
  deps: Pick<Deps, 'records'>,
  file: DataFile,
): Promise<readonly DataFile[]> {
  const [, stem, ending] = /^(.*)\.([^.]+)$/.exec(file.filename) ?? [];
  const endings = otherHalves[ending?.toLowerCase() ?? ''];
  if (!endings) return [];
  const names = endings.map((other) => `${stem}.${other}`.toLowerCase());
  let cursor: string | undefined;
  do {
    const page = await deps.records.data.listByUser(file.userId, { limit: 500, ...(cursor && { cursor }) });
    const found = page.items.find(
      (other) => other.status === 'available' && names.includes(other.filename.toLowerCase()),
    );
    if (found) return [found];
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return [];
}
