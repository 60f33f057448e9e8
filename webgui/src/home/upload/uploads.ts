import { type Brain, endpoints, MroError } from '@mroptimum/contract';
import { asMroError } from '../../components/ErrorNotice.tsx';
import { upload as words } from '../../strings/upload.ts';
import { type Chosen, isSame, readAgain } from './chosen.ts';
import { canHash } from './hash.ts';
import { uploadMemory } from './memory.ts';
import { patiently, sendFile } from './send.ts';
import { speedometer } from './speed.ts';

export type UploadPhase = keyof typeof words.states;

/** One upload as it is shown. */
export interface UploadView {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  /** Bytes a second. */
  readonly speed: number;
  readonly phase: UploadPhase;
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** The uploads of one account in this browser. */
export interface Uploads {
  add(chosen: readonly Chosen[]): void;
  pause(key: string): void;
  /** Goes on; with the file where the browser could not find it again by itself. */
  resume(key: string, file?: File): Promise<void>;
  cancel(key: string): Promise<void>;
  dismiss(key: string): void;
  subscribe(changed: () => void): () => void;
  snapshot(): readonly UploadView[];
  /** Shows what a reload interrupted, and goes on where the file can still be read. */
  restore(): Promise<void>;
  stop(): void;
}

interface Entry {
  view: UploadView;
  file?: File;
  readonly handle?: FileSystemFileHandle;
  readonly lastModified: number;
  uploadId?: string;
  controller?: AbortController;
}

const ended: ReadonlySet<UploadPhase> = new Set(['done', 'warned', 'refused', 'failed']);

/**
 * One file after the other, each in several parts at once. `onFinished` is called when a file has arrived or was
 * refused.
 */
export function createUploads(brain: Brain, owner: string, onFinished: () => void): Uploads {
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  let shown: readonly UploadView[] = [];
  let active: string | undefined;
  let stopped = false;

  function tell(): void {
    shown = [...entries.values()].map(({ view }) => view);
    for (const listener of listeners) listener();
  }
  function change(key: string, changes: Partial<UploadView>): void {
    const entry = entries.get(key);
    if (!entry) return;
    entry.view = { ...entry.view, ...changes };
    tell();
  }
  function pump(): void {
    if (active !== undefined || stopped) return;
    const next = [...entries.values()].find(({ view, file }) => view.phase === 'waiting' && file);
    if (!next) return;
    active = next.view.key;
    void run(next).finally(() => {
      active = undefined;
      pump();
    });
  }

  async function run(entry: Entry): Promise<void> {
    const { key } = entry.view;
    const controller = new AbortController();
    entry.controller = controller;
    const { signal } = controller;
    const speedOf = speedometer();
    let told = 0;
    const options = {
      signal,
      onSent: (sent: number) => {
        const now = performance.now();
        if (now - told < 120 && sent < entry.view.size) return;
        told = now;
        change(key, { sent, speed: speedOf(sent) });
      },
      onOffline: (offline: boolean) => {
        if (!signal.aborted) change(key, { phase: offline ? 'offline' : 'sending' });
      },
      onChecking: () => change(key, { phase: 'checking', sent: entry.view.size }),
    };
    change(key, { phase: 'sending', speed: 0 });
    try {
      const stored = await sendFile(brain, await begun(entry, options), entry.file!, options);
      await uploadMemory.forget(entry.uploadId!);
      const { notice } = stored;
      const phase = stored.status === 'refused' ? 'refused' : notice ? 'warned' : 'done';
      change(key, { phase, ...(notice && { problem: notice }) });
      onFinished();
    } catch (error) {
      // Paused or cancelled: whoever did it has said so.
      if (signal.aborted) return;
      const { code, message, hint } = asMroError(error);
      const refused = isAboutTheFile(code);
      if (refused && entry.uploadId !== undefined) await uploadMemory.forget(entry.uploadId);
      change(key, { phase: refused ? 'refused' : 'failed', problem: { code, message, hint } });
      if (refused) onFinished();
    }
  }

  /** The upload on the server: that of before, if it is still there, or a new one. */
  async function begun(entry: Entry, options: Parameters<typeof patiently>[0]): Promise<string> {
    const { name, size } = entry.view;
    if (entry.uploadId !== undefined) {
      const params = { id: entry.uploadId };
      const there = await patiently(options, () => brain.call(endpoints.uploadParts, { params })).catch(
        (error) => {
          if (error instanceof MroError && error.code === 'MRO_BRAIN_NOT_FOUND') return undefined;
          throw error;
        },
      );
      if (there) return entry.uploadId;
      await uploadMemory.forget(entry.uploadId);
    }
    const body = { filename: name, filesize: size, ...(canHash() && { checksums: 'sha256' as const }) };
    const { uploadId } = await patiently(options, () => brain.call(endpoints.startUpload, { body }));
    entry.uploadId = uploadId;
    const { handle, lastModified } = entry;
    await uploadMemory.remember({ uploadId, owner, name, size, lastModified, ...(handle && { handle }) });
    return uploadId;
  }

  const uploads: Uploads = {
    add(chosen) {
      for (const { file, handle } of inOrder(chosen)) {
        const interrupted = [...entries.values()].find(
          (entry) => entry.file === undefined && isFileOf(entry, file),
        );
        if (interrupted) {
          interrupted.file = file;
          change(interrupted.view.key, { phase: 'waiting' });
          continue;
        }
        const key = `${file.name}-${entries.size}-${Date.now()}`;
        const view = { key, name: file.name, size: file.size, sent: 0, speed: 0 };
        const { lastModified } = file;
        const problem = { code: 'MRO_BRAIN_UPLOAD', message: words.empty(file.name), hint: words.emptyHint };
        entries.set(key, {
          view: file.size === 0 ? { ...view, phase: 'failed', problem } : { ...view, phase: 'waiting' },
          file,
          lastModified,
          ...(handle && { handle }),
        });
      }
      tell();
      pump();
    },
    pause(key) {
      change(key, { phase: 'paused', speed: 0 });
      entries.get(key)?.controller?.abort();
    },
    async resume(key, given) {
      const entry = entries.get(key);
      if (!entry) return;
      const { name } = entry.view;
      const file = given ?? entry.file ?? (entry.handle && (await readAgain(entry.handle, true)));
      if (!file) return change(key, { phase: 'interrupted' });
      if (!isFileOf(entry, file)) {
        const problem = {
          code: 'MRO_BRAIN_UPLOAD',
          message: words.otherFile(name),
          hint: words.otherFileHint,
        };
        return change(key, { phase: 'interrupted', problem });
      }
      entry.file = file;
      const { problem: _solved, ...view } = entry.view;
      entry.view = { ...view, phase: 'waiting' };
      tell();
      pump();
    },
    async cancel(key) {
      const entry = entries.get(key);
      entries.delete(key);
      tell();
      entry?.controller?.abort();
      if (entry?.uploadId === undefined) return;
      await uploadMemory.forget(entry.uploadId);
      await brain.call(endpoints.abortUpload, { body: { uploadId: entry.uploadId } }).catch(() => {});
    },
    dismiss(key) {
      const entry = entries.get(key);
      if (!entry || !ended.has(entry.view.phase)) return;
      entries.delete(key);
      // A failed one is given up for good: the server clears its parts away by and by.
      if (entry.uploadId !== undefined) void uploadMemory.forget(entry.uploadId);
      tell();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    snapshot: () => shown,
    async restore() {
      for (const { uploadId, name, size, lastModified, handle } of await uploadMemory.of(owner)) {
        if (entries.has(uploadId)) continue;
        const found = handle && (await readAgain(handle, false));
        // A file that was written anew meanwhile would be mixed with parts of the old one.
        const file = found && isSame(found, { name, size, lastModified }) ? found : undefined;
        const phase = file ? 'waiting' : handle && !found ? 'permission' : 'interrupted';
        const view = { key: uploadId, name, size, sent: 0, speed: 0, phase } as const;
        entries.set(uploadId, {
          view,
          lastModified,
          uploadId,
          ...(handle && { handle }),
          ...(file && { file }),
        });
      }
      tell();
      pump();
    },
    stop() {
      stopped = true;
      for (const { controller } of entries.values()) controller?.abort();
    },
  };
  return uploads;
}

/** Whether this is the file of an upload, as it was when the upload began. */
const isFileOf = ({ view: { name, size }, lastModified }: Entry, file: File): boolean =>
  isSame(file, { name, size, lastModified });

/** Of formats that consist of two files, the server wants the header or raw part first. */
const inOrder = (chosen: readonly Chosen[]): readonly Chosen[] =>
  chosen.toSorted(
    (a, b) => Number(/\.(hdr|raw)$/i.test(b.file.name)) - Number(/\.(hdr|raw)$/i.test(a.file.name)),
  );

/** Sending it again would not help. */
const isAboutTheFile = (code: string): boolean => code.startsWith('MRO_RAW_') || code === 'MRO_BRAIN_PRIVACY';

export const isEnded = (phase: UploadPhase): boolean => ended.has(phase);
