import { z } from 'zod';

/** An upload under way, as it is remembered across reloads. */
export interface RememberedUpload {
  readonly uploadId: string;
  /** Whose upload it is: browsers are shared. */
  readonly owner: string;
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
  /** The file itself, where the browser can remember one. */
  readonly handle?: FileSystemFileHandle;
}

const rememberedSchema = z.object({
  uploadId: z.string(),
  owner: z.string(),
  name: z.string(),
  size: z.number(),
  lastModified: z.number(),
  handle: z
    .custom<FileSystemFileHandle>(
      (value) => typeof FileSystemFileHandle !== 'undefined' && value instanceof FileSystemFileHandle,
    )
    .optional(),
});

const store = 'uploads';

/** IndexedDB, since it alone can hold the handle of a file. */
const database = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('mroptimum', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: 'uploadId' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function within<T>(
  mode: IDBTransactionMode,
  work: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(opened.transaction(store, mode).objectStore(store));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    opened.close();
  }
}

/**
 * Uploads that a reload interrupted. A browser that keeps nothing (a private window) still uploads: it only
 * cannot go on after a reload.
 */
export const uploadMemory = {
  async remember(entry: RememberedUpload): Promise<void> {
    await within('readwrite', (objects) => objects.put(entry)).catch(() => {});
  },
  async forget(uploadId: string): Promise<void> {
    await within('readwrite', (objects) => objects.delete(uploadId)).catch(() => {});
  },
  async of(owner: string): Promise<RememberedUpload[]> {
    const all = await within<unknown[]>('readonly', (objects) => objects.getAll()).catch(() => []);
    return all
      .flatMap((entry) => rememberedSchema.safeParse(entry).data ?? [])
      .filter((entry) => entry.owner === owner)
      .map(({ handle, ...entry }) => ({ ...entry, ...(handle && { handle }) }));
  },
};
