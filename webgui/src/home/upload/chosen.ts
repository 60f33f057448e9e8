/** A file that somebody chose, and the browser's way to find it again after a reload, where it has one. */
export interface Chosen {
  readonly file: File;
  readonly handle?: FileSystemFileHandle;
}

/** The parts of the File System Access API that not every browser has. */
interface WithHandles {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}
interface WithPicker {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
}
interface WithPermission {
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
}

/** The files of a drop; folders are left out. To be called while the drop is handled. */
export async function droppedFiles(transfer: DataTransfer): Promise<Chosen[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const found = await Promise.all(
    items.map(async (item): Promise<Chosen | undefined> => {
      const file = item.getAsFile();
      const handle = await (item as WithHandles).getAsFileSystemHandle?.().catch(() => null);
      if (handle?.kind === 'directory' || file === null) return undefined;
      return { file, ...(handle && { handle: handle as FileSystemFileHandle }) };
    }),
  );
  return found.filter((entry) => entry !== undefined);
}

/** Lets the user choose files; undefined where the browser has only the older way (an input element). */
export async function pickFiles(multiple: boolean): Promise<Chosen[] | undefined> {
  const picker = (window as WithPicker).showOpenFilePicker;
  if (picker === undefined) return undefined;
  const handles = await picker({ multiple }).catch(() => []);
  return Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
}

/** The file of a handle; undefined where the browser wants to be asked first (`ask`), or the file is gone. */
export async function readAgain(handle: FileSystemFileHandle, ask: boolean): Promise<File | undefined> {
  const { queryPermission, requestPermission } = handle as WithPermission;
  const mode = { mode: 'read' } as const;
  let state = await queryPermission?.call(handle, mode);
  if (state === 'prompt' && ask) state = await requestPermission?.call(handle, mode);
  return state === 'granted' ? handle.getFile().catch(() => undefined) : undefined;
}

/** Whether it is the same file as before, as far as can be told without reading it; parts are compared too. */
export const isSame = (
  file: File,
  { name, size, lastModified }: { name: string; size: number; lastModified: number },
): boolean => file.name === name && file.size === size && file.lastModified === lastModified;
