import { type ByteSource, MroError } from '@mroptimum/contract';

/** Headers of lines lie far apart in raw data: blocks of this size keep requests few. */
const block = 4 * 2 ** 20;
/** Blocks that are kept. */
const most = 80;

/** The bytes behind a link, read by ranges; blocks that were read are kept. */
export function httpSource(name: string, size: number, url: string): ByteSource {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const load = async (index: number): Promise<Uint8Array> => {
    const from = index * block;
    const to = Math.min(size, from + block) - 1;
    const response = await fetch(url, { headers: { Range: `bytes=${from}-${to}` } }).catch((cause) => {
      throw unread(name, cause);
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status === 206 && bytes.length === to - from + 1) return bytes;
    if (response.status === 200 && bytes.length === size) return bytes.subarray(from, to + 1);
    throw unread(name, response.status);
  };
  const blockAt = (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index);
    if (known) return known;
    const loading = load(index);
    loading.catch(() => blocks.delete(index));
    blocks.set(index, loading);
    if (blocks.size > most) blocks.delete(blocks.keys().next().value!);
    return loading;
  };
  return {
    name,
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      const first = Math.floor(offset / block);
      const last = Math.floor(Math.max(offset, end - 1) / block);
      if (first === last) {
        const bytes = await blockAt(first);
        return bytes.subarray(offset - first * block, end - first * block);
      }
      const out = new Uint8Array(Math.max(0, end - offset));
      for (let index = first; index <= last; index++) {
        const bytes = await blockAt(index);
        const from = Math.max(offset, index * block);
        const to = Math.min(end, index * block + bytes.length);
        out.set(bytes.subarray(from - index * block, to - index * block), from - offset);
      }
      return out;
    },
    close: async () => blocks.clear(),
  };
}

const unread = (name: string, cause: unknown): MroError =>
  new MroError('MRO_RAW_READ', `The bytes of ${name} could not be read.`, { cause });
