import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { codeOf, storageError, syncFolder, unlessMissing } from '../providers/disk/files.ts';
import { placesIn as objectPlacesIn } from '../providers/disk/keys.ts';
import { isSound, requiredObjects, snapshotDatabase } from '../providers/sqlite/snapshot.ts';
import { placesIn } from '../server/places.ts';
import { copyHashed, filesBelow, type Manifest, manifestName, manifestSchema, pathBelow } from './archive.ts';

export interface BackupReport {
  readonly objects: number;
  readonly bytes: number;
  /** Keys that records name but no object has; empty in a sound store. */
  readonly missing: readonly string[];
}

/** Records are taken so many times at most because of files that came and went meanwhile. */
const looks = 30;

/**
 * Copies a data folder into a new folder, while a server may use it: records as of one moment, every object they
 * name, and the keys that sign sessions and links. Uploads under way are left out. Keep it as safe as a password.
 *
 * @throws MRO_BRAIN_EXISTS where `out` is there already, MRO_BRAIN_NOT_FOUND where `dataDir` holds no records
 */
export async function backup(dataDir: string, out: string): Promise<BackupReport> {
  const places = placesIn(resolve(dataDir));
  const objects = objectPlacesIn(places.objects);
  if (!(await unlessMissing(stat(places.records))))
    throw new MroError('MRO_BRAIN_NOT_FOUND', `${dataDir} holds no records of MR Optimum.`);
  await mustBeFree(out);
  const partial = `${resolve(out)}.partial`;
  const staging = join(objects.temporary, `backup-${randomUUID()}`);
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const missing = await stage(places.records, objects.objects, staging, partial);
    const files: Manifest['files'] = [];
    const add = async (from: string, path: string): Promise<void> => {
      files.push({ path, ...(await copyHashed(from, pathBelow(partial, path))) });
    };
    const snapshot = join(partial, 'snapshot');
    await add(snapshot, 'records.sqlite');
    await rm(snapshot);
    const keys = await filesBelow(staging);
    for (const key of keys) await add(join(staging, key), `objects/objects/${key}`);
    for (const name of await filesBelow(places.keys)) await add(join(places.keys, name), `keys/${name}`);
    const createdAt = new Date().toISOString();
    await writeManifest(partial, { format: 'mroptimum-backup', version: 1, createdAt, files });
    await rename(partial, resolve(out));
    await syncFolder(dirname(resolve(out)));
    return { objects: keys.length, bytes: files.reduce((sum, { size }) => sum + size, 0), missing };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw storageError(error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Holds on to the objects by second names, so that what is deleted meanwhile stays; then takes the records, then what
 * they name that was new. A file that came and went in between is found missing, and the records are taken again; one
 * that they still name after it was found missing is missing in the store.
 */
async function stage(records: string, objects: string, staging: string, partial: string): Promise<string[]> {
  const snapshot = join(partial, 'snapshot');
  const held = new Set(await hold(objects, staging, await filesBelow(objects)));
  let before = new Set<string>();
  for (let look = 1; ; look++) {
    await rm(snapshot, { force: true });
    snapshotDatabase(records, snapshot);
    const wanted = requiredObjects(snapshot).filter((key) => !held.has(key));
    for (const key of await hold(objects, staging, wanted)) held.add(key);
    const missing = wanted.filter((key) => !held.has(key));
    if (missing.every((key) => before.has(key)) || look === looks) return missing;
    before = new Set(missing);
  }
}

/** Gives the keys that are held now; those that are gone are not. */
async function hold(objects: string, staging: string, keys: readonly string[]): Promise<string[]> {
  const held: string[] = [];
  for (const key of keys) {
    const to = join(staging, key);
    await mkdir(dirname(to), { recursive: true });
    try {
      await link(join(objects, key), to);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') continue;
      // Disks without second names: a copy does, only slower.
      const copied = async (): Promise<true> => {
        await copyFile(join(objects, key), to);
        return true;
      };
      if (code !== 'EEXIST' && !(await unlessMissing(copied()))) continue;
    }
    held.push(key);
  }
  return held;
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const handle = await open(join(folder, manifestName), 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(manifest, undefined, 1));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a data folder out of a backup, every file compared with its checksum. The folder appears whole or not at all.
 *
 * @throws MRO_BRAIN_BACKUP where the backup is none, incomplete or damaged; MRO_BRAIN_EXISTS where `dataDir` is in use
 */
export async function restore(archive: string, dataDir: string): Promise<BackupReport> {
  const manifest = await readManifest(archive);
  const target = resolve(dataDir);
  await mustBeFree(target);
  const partial = `${target}.restoring`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    for (const { path, size, sha256 } of manifest.files) {
      const copied = await copyHashed(pathBelow(archive, path), pathBelow(partial, path)).catch(
        (error: unknown) => {
          if (codeOf(error) === 'ENOENT') return undefined;
          throw error;
        },
      );
      if (copied?.size !== size || copied.sha256 !== sha256)
        throw damaged(`${path} is missing or was changed`);
    }
    const { records } = placesIn(partial);
    if (!isSound(records)) throw damaged('its records cannot be read');
    const keys = new Set(await filesBelow(objectPlacesIn(placesIn(partial).objects).objects));
    const missing = requiredObjects(records).filter((key) => !keys.has(key));
    await unlessMissing(rmdir(target));
    await rename(partial, target);
    await syncFolder(dirname(target));
    const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
    return { objects: keys.size, bytes, missing };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw storageError(error);
  }
}

async function readManifest(archive: string): Promise<Manifest> {
  const text = await readFile(join(archive, manifestName), 'utf8').catch(() => undefined);
  if (text === undefined) throw damaged(`it holds no ${manifestName}`);
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(`its ${manifestName} cannot be understood`, cause);
  }
}

async function mustBeFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) =>
    codeOf(error) === 'ENOENT' ? [] : undefined,
  );
  if (names?.length === 0) return;
  throw new MroError('MRO_BRAIN_EXISTS', `${folder} exists already and is not empty.`, {
    hint: 'Name a folder that does not exist yet, or move this one away first.',
  });
}

const damaged = (what: string, cause?: unknown): MroError =>
  new MroError('MRO_BRAIN_BACKUP', `The backup cannot be used: ${what}.`, { cause });
