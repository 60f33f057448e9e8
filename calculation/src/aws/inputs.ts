import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type ByteSource,
  type Companion,
  companionSchema,
  type FileRef,
  fileLabel,
  MroError,
} from '@mroptimum/contract';
import type { OpenInput } from '../io.ts';
import { blockSource, diskBlocks, memoryBlocks } from './blocks.ts';
import { linkRanges, type RangeReader, s3Ranges } from './ranges.ts';

export interface CloudInputsOptions {
  readonly s3: S3Client;
  /** Folder for what was fetched; undefined keeps a few blocks in memory alone. */
  readonly spool?: string;
  /** Links may begin with http: for tests and for a unit on one's own machine. */
  readonly insecure?: boolean;
}

/** Bytes of blocks in memory where a file does not go to the disk. */
const inMemory = 64 * 2 ** 20;
/** Part of the free disk that inputs may take; results are written there too. */
const diskShare = 0.8;

/**
 * Opens the files of a job where they lie, in buckets or behind links, to be read by ranges. What was fetched is
 * kept on disk as long as there is room.
 */
export function cloudInputs({ s3, spool, insecure = false }: CloudInputsOptions) {
  let promised = 0;

  const source = async (reader: RangeReader, signal?: AbortSignal): Promise<ByteSource> => {
    const room = spool === undefined ? 0 : (await freeBytes(spool)) * diskShare - promised;
    if (spool === undefined || reader.size > room) return blockSource(reader, memoryBlocks(inMemory), signal);
    promised += reader.size;
    return blockSource(reader, await diskBlocks(join(spool, `input-${randomUUID()}`)), signal);
  };

  return async (file: FileRef, signal?: AbortSignal): Promise<OpenInput> => {
    const name = fileLabel(file);
    const { type, bucket, key, filename, presigned_url } = file.options;
    if (type === 'local') {
      throw new MroError('MRO_JOB_FETCH', `${name} lies on somebody's computer, not in a bucket.`, {
        hint: 'Upload the file, then choose it from the library.',
      });
    }
    if (type === 's3' && bucket && key) {
      const main = await source(await s3Ranges(s3, { bucket, key }, name, signal), signal);
      const companion = await companionOf(s3, file, signal);
      return companion ? { source: main, companion: await source(companion, signal) } : { source: main };
    }
    const link = presigned_url ?? filename!;
    return { source: await source(await linkRanges(link, name, { insecure, signal }), signal) };
  };
}

const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** Formats of two files: ending of the one named → endings of its other half. */
const otherHalves: Readonly<Record<string, readonly string[]>> = {
  '.cfl': ['.hdr'],
  '.hdr': ['.cfl'],
  '.mhd': ['.raw', '.zraw'],
};

/** The other half of a file: the one that the job names, else the object beside it with the other ending. */
async function companionOf(
  s3: S3Client,
  file: FileRef,
  signal: AbortSignal | undefined,
): Promise<RangeReader | undefined> {
  const named = companionSchema.array().safeParse(file.options.companions).data?.[0];
  if (named) return s3Ranges(s3, named, named.filename, signal);
  for (const beside of candidates(file)) {
    try {
      return await s3Ranges(s3, beside, beside.filename, signal);
    } catch (error) {
      // Where the role may not list the bucket, S3 says 403 of objects that are not there.
      const { status } = (error as MroError).details ?? {};
      if (status !== 404 && status !== 403) throw error;
    }
  }
  return undefined;
}

function candidates(file: FileRef): readonly Companion[] {
  const { bucket, key } = file.options;
  const [, stem, ending] = /^(.*)(\.[^./]+)$/.exec(key!) ?? [];
  const endings = otherHalves[ending?.toLowerCase() ?? ''] ?? [];
  return endings.map((other) => {
    const beside = `${stem}${other}`;
    return { bucket: bucket!, key: beside, filename: beside.split('/').pop()! };
  });
}
