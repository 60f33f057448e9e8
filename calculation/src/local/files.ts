import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { localFile } from '@mroptimum/rawdata';
import type { OpenInput } from '../io.ts';

/** Formats of two files: ending of the one named → endings of its other half. */
const otherHalves: Readonly<Record<string, readonly string[]>> = {
  '.cfl': ['.hdr'],
  '.hdr': ['.cfl'],
  '.mhd': ['.raw', '.zraw'],
};

/**
 * A file on disk, with its second half where the format has one (BART, MetaImage headers). BART's own way of
 * naming a pair, without ending, is understood.
 *
 * @throws MroError MRO_RAW_READ where it cannot be opened
 */
export async function openLocal(path: string): Promise<OpenInput> {
  const named = !existsSync(path) && existsSync(`${path}.cfl`) ? `${path}.cfl` : path;
  const ending = extname(named);
  const stem = named.slice(0, named.length - ending.length);
  const half = otherHalves[ending.toLowerCase()]
    ?.map((other) => stem + other)
    .find((other) => existsSync(other));
  const source = await localFile(named);
  return half === undefined ? { source } : { source, companion: await localFile(half) };
}
