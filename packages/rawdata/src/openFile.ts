import { existsSync } from 'node:fs';
import type { ByteSource } from '@mroptimum/contract';
import type { OpenOptions, RawData } from './acquisition.ts';
import { localFile } from './localFile.ts';
import { openRaw } from './open.ts';

/** The other file of a BART pair, by the name of one of them. */
function companionPath(path: string): string | undefined {
  const other = path.endsWith('.cfl') ? '.hdr' : path.endsWith('.hdr') ? '.cfl' : undefined;
  if (other === undefined) return undefined;
  const companion = path.slice(0, -4) + other;
  return existsSync(companion) ? companion : undefined;
}

/** Runs `use` on a local file and its companion; both are closed where it fails. */
async function withFile<T>(
  path: string,
  options: OpenOptions,
  use: (source: ByteSource, options: OpenOptions, close: () => Promise<void>) => Promise<T>,
): Promise<T> {
  // BART names a pair without its extension.
  const source = await localFile(!existsSync(path) && existsSync(`${path}.cfl`) ? `${path}.cfl` : path);
  const beside = options.companion ? undefined : companionPath(source.path ?? path);
  const opened = [source];
  const close = async () => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    const companion = beside === undefined ? options.companion : await localFile(beside);
    if (companion && beside !== undefined) opened.push(companion);
    return await use(source, { ...options, ...(companion && { companion }) }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opens a local raw file (and the other half of a BART pair beside it). Closing the result closes the files.
 * @throws MRO_RAW_READ, and as openRaw
 */
export const openFile = (path: string, options: OpenOptions = {}): Promise<RawData> =>
  withFile(path, options, async (source, given, close) => {
    const raw = await openRaw(source, given);
    return {
      header: raw.header,
      notes: raw.notes,
      readSlice: (slice, settings) => raw.readSlice(slice, settings),
      readNoise: (settings) => raw.readNoise(settings),
      close: async () => {
        await raw.close();
        await close();
      },
    };
  });
