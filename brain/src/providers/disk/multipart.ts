import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { checkKey } from '../links/keys.ts';
import type { StoredPart } from '../objects.ts';
import { type Ahead, hashRange, workAhead } from './ahead.ts';
import { publish, storageError, syncFolder, unlessMissing } from './files.ts';
import type { Places } from './keys.ts';
import { type Patience, receive } from './receive.ts';

interface Plan {
  readonly key: string;
  readonly size: number;
  readonly partSize: number;
}

interface Whole {
  readonly size: number;
  readonly sha256: string;
}

const partName = /^(\d{1,5})-(\d{1,16})-([0-9a-f]{64})$/;
const uploadName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Multipart uploads. Each has a folder: `data` takes every part at its place, an empty file named
 * "number-size-sha256" says that a part is there, `whole.json` that the object was completed. Completing flushes
 * and renames `data`, so nothing is copied; hashing and flushing go on behind the parts that arrive, and no part
 * waits for them.
 */
export function multipart(places: Places, patience: Patience) {
  /** Parts being written now: a part that is sent again overtakes the one before. */
  const writing = new Map<string, { controller: AbortController; ended: Promise<unknown> }>();
  /** Uploads of which this process received parts. */
  const under = new Map<string, Ahead>();
  const completing = new Map<string, Promise<Whole>>();

  const folderOf = (uploadId: string): string => {
    if (!uploadName.test(uploadId)) throw unknown();
    return join(places.multipart, uploadId);
  };
  const planOf = async (uploadId: string, key: string): Promise<Plan> => {
    const text = await unlessMissing(readFile(join(folderOf(uploadId), 'plan.json'), 'utf8'));
    const plan = text === undefined ? undefined : (JSON.parse(text) as Plan);
    if (plan?.key !== key) throw unknown();
    return plan;
  };
  const aheadOf = (plan: Plan, uploadId: string): Ahead => {
    const known = under.get(uploadId) ?? workAhead(join(folderOf(uploadId), 'data'), plan.partSize);
    under.set(uploadId, known);
    return known;
  };
  const marks = async (uploadId: string): Promise<(StoredPart & { name: string })[]> =>
    (await readdir(folderOf(uploadId)))
      .flatMap((name) => {
        const [, number, size, sha256] = partName.exec(name) ?? [];
        return sha256 ? [{ name, number: Number(number), size: Number(size), sha256 }] : [];
      })
      .sort((a, b) => a.number - b.number);

  /** Parts that are what their marks say: those of an earlier run, which a power failure may have undone, are read. */
  async function soundParts(plan: Plan, uploadId: string): Promise<StoredPart[]> {
    const folder = folderOf(uploadId);
    const sound: StoredPart[] = [];
    for (const mark of await marks(uploadId)) {
      const { name, number, size, sha256 } = mark;
      const start = (number - 1) * plan.partSize;
      const ours = under.get(uploadId)?.has(number);
      if (ours || (await hashRange(join(folder, 'data'), start, start + size)) === sha256) sound.push(mark);
      else await rm(join(folder, name), { force: true });
    }
    return sound;
  }

  async function writePart(
    plan: Plan,
    uploadId: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    expected?: string,
  ): Promise<string> {
    const folder = folderOf(uploadId);
    const offset = (number - 1) * plan.partSize;
    const size = Math.min(plan.partSize, plan.size - offset);
    const ahead = aheadOf(plan, uploadId);
    ahead.leaves(number);
    for (const mark of await marks(uploadId)) {
      if (mark.number === number) await rm(join(folder, mark.name), { force: true });
    }
    const handle = await open(join(folder, 'data'), 'r+');
    let sha256: string;
    try {
      sha256 = await receive(body, { handle, offset, size, patience, signal });
      if (expected !== undefined && expected !== sha256)
        throw new MroError(
          'MRO_BRAIN_UPLOAD',
          `The checksum of part ${number} differs from the one announced.`,
          {
            hint: 'Send this part again.',
          },
        );
    } finally {
      await handle.close();
    }
    await writeFile(join(folder, `${number}-${size}-${sha256}`), '', { flag: 'wx' });
    ahead.arrived({ number, size, sha256 });
    return sha256;
  }

  async function complete(key: string, uploadId: string, told: readonly StoredPart[]): Promise<Whole> {
    const folder = folderOf(uploadId);
    const plan = await planOf(uploadId, key);
    const done = await unlessMissing(readFile(join(folder, 'whole.json'), 'utf8'));
    if (done !== undefined) {
      // Completed before; where it stopped just before its last step, that is repeated.
      if (await unlessMissing(stat(join(folder, 'data'))))
        await publish(join(folder, 'data'), join(places.objects, key));
      return JSON.parse(done) as Whole;
    }
    const parts = await soundParts(plan, uploadId);
    checkParts(plan, told, parts);
    const data = join(folder, 'data');
    const sha256 = await aheadOf(plan, uploadId).finish(plan.size, parts);
    const whole = { size: plan.size, sha256 };
    await writeDurably(folder, 'whole.json', JSON.stringify(whole));
    await publish(data, join(places.objects, key));
    under.delete(uploadId);
    return whole;
  }

  return {
    async start(key: string, size: number, partSize: number): Promise<string> {
      const uploadId = randomUUID();
      const folder = folderOf(uploadId);
      const plan: Plan = { key: checkKey(key), size, partSize };
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const handle = await open(join(folder, 'data'), 'wx', 0o600);
        try {
          await handle.truncate(size);
        } finally {
          await handle.close();
        }
        await writeDurably(folder, 'plan.json', JSON.stringify(plan));
        await syncFolder(places.multipart);
        return uploadId;
      } catch (error) {
        throw storageError(error);
      }
    },

    async parts(key: string, uploadId: string): Promise<readonly StoredPart[]> {
      await planOf(uploadId, key);
      return (await marks(uploadId)).map(({ number, size, sha256 }) => ({ number, size, sha256 }));
    },

    /**
     * Takes a part; gives its hex SHA-256.
     * @throws MRO_BRAIN_UPLOAD, MRO_BRAIN_TOO_LARGE, MRO_BRAIN_STATE (completed), MRO_BRAIN_NOT_FOUND
     */
    async put(
      key: string,
      uploadId: string,
      number: number,
      body: AsyncIterable<Uint8Array>,
      expected?: string,
    ): Promise<string> {
      const plan = await planOf(uploadId, key);
      if (!Number.isInteger(number) || number < 1 || (number - 1) * plan.partSize >= Math.max(1, plan.size))
        throw new MroError('MRO_BRAIN_LINK', `The upload has no part ${number}.`);
      if (completing.has(uploadId) || (await unlessMissing(stat(join(folderOf(uploadId), 'whole.json')))))
        throw new MroError('MRO_BRAIN_STATE', 'The upload is complete already.');
      const id = `${uploadId}/${number}`;
      const controller = new AbortController();
      const before = writing.get(id);
      before?.controller.abort();
      const work = (before?.ended ?? Promise.resolve())
        .then(() => writePart(plan, uploadId, number, body, controller.signal, expected))
        .catch((error: unknown) => {
          throw storageError(error);
        });
      const entry = { controller, ended: work.catch(() => {}) };
      writing.set(id, entry);
      try {
        return await work;
      } finally {
        if (writing.get(id) === entry) writing.delete(id);
      }
    },

    async complete(key: string, uploadId: string, told: readonly StoredPart[]): Promise<Whole> {
      const running = completing.get(uploadId);
      if (running) return running;
      if ([...writing.keys()].some((id) => id.startsWith(`${uploadId}/`)))
        throw new MroError('MRO_BRAIN_STATE', 'A part of the upload is still being sent.');
      const work = complete(key, uploadId, told).catch((error: unknown) => {
        throw storageError(error);
      });
      completing.set(uploadId, work);
      try {
        return await work;
      } finally {
        completing.delete(uploadId);
      }
    },

    async abort(key: string, uploadId: string): Promise<void> {
      await planOf(uploadId, key);
      under.get(uploadId)?.drop();
      under.delete(uploadId);
      for (const [id, { controller }] of writing) if (id.startsWith(`${uploadId}/`)) controller.abort();
      // Under another name first: half a folder must not look like an upload.
      const gone = join(places.temporary, uploadId);
      await mkdir(places.temporary, { recursive: true });
      await rename(folderOf(uploadId), gone);
      await rm(gone, { recursive: true, force: true });
    },
  };
}

const unknown = (): MroError => new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such upload.');

/** @throws MRO_BRAIN_UPLOAD naming the parts that are missing or differ */
function checkParts(plan: Plan, told: readonly StoredPart[], stored: readonly StoredPart[]): void {
  const count = Math.max(1, Math.ceil(plan.size / plan.partSize));
  const toldOf = new Map(told.map((part) => [part.number, part]));
  const storedOf = new Map(stored.map((part) => [part.number, part]));
  const wrong: number[] = [];
  for (let number = 1; number <= count; number++) {
    const here = storedOf.get(number);
    const there = toldOf.get(number);
    if (!here || !there || here.sha256 !== there.sha256 || here.size !== there.size) wrong.push(number);
  }
  if (wrong.length === 0 && toldOf.size === count) return;
  const shown = wrong.slice(0, 20).join(', ') + (wrong.length > 20 ? ' …' : '');
  throw new MroError(
    'MRO_BRAIN_UPLOAD',
    wrong.length > 0
      ? `Parts are missing or differ: ${shown}.`
      : `The upload has ${count} parts, not ${toldOf.size}.`,
    { details: { missing: wrong.slice(0, 100), parts: count } },
  );
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const handle = await open(join(folder, `${name}.tmp`), 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(join(folder, `${name}.tmp`), join(folder, name));
  await syncFolder(folder);
}
