import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { Dataset } from './dataset.ts';
import { Hdf5Bytes, undefinedAddress, unsupported } from './fields.ts';
import { GlobalHeaps } from './globalHeap.ts';
import { readGroup } from './group.ts';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const furthestSuperblock = 1 << 20;
const objectLimit = 10_000;
const depthLimit = 16;

/** Offset of the HDF5 signature: 0, or 512, 1024, 2048 … behind a block of the program's own. */
export async function findSuperblock(source: ByteSource): Promise<number | undefined> {
  for (
    let offset = 0;
    offset + 8 <= source.size && offset <= furthestSuperblock;
    offset = offset ? 2 * offset : 512
  ) {
    const bytes = await source.read(offset, 8);
    if (signature.every((byte, i) => bytes[i] === byte)) return offset;
  }
  return undefined;
}

/**
 * An HDF5 file read by ranges: groups by symbol tables or links, datasets contiguous, compact or chunked with
 * B-trees, deflate, shuffle and checksum filters, values of variable length. This is what ISMRMRD, MATLAB 7.3
 * and h5py write; rarer structures are refused in words.
 */
export class Hdf5File {
  readonly bytes: Hdf5Bytes;
  readonly heaps: GlobalHeaps;
  readonly #root: number;

  private constructor(bytes: Hdf5Bytes, root: number) {
    this.bytes = bytes;
    this.heaps = new GlobalHeaps(bytes);
    this.#root = root;
  }

  /**
   * Reads the superblock, versions 0 to 3 (HDF5 File Format Specification 3.0, II.A).
   * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED, MRO_RAW_UNSUPPORTED
   */
  static async open(source: ByteSource): Promise<Hdf5File> {
    const start = await findSuperblock(source);
    if (start === undefined) {
      throw new MroError('MRO_RAW_UNKNOWN', `${source.name} is no HDF5 file.`, {
        details: { file: source.name },
      });
    }
    const raw = new Hdf5Bytes(source, 0);
    const fields = await raw.fields(start, Math.min(96, source.size - start));
    fields.skip(8);
    const version = fields.u8();
    if (version > 3) fields.fail(`superblock version ${version}`);
    if (version < 2) fields.skip(4);
    const widths = [fields.u8(), fields.u8()];
    if (widths.some((width) => width !== 8)) unsupported(source.name, 'addresses of other than 8 bytes');
    fields.skip(version === 0 ? 9 : version === 1 ? 13 : 1);
    const base = fields.u64();
    if (base < 0 || base > start) fields.fail('the base address');
    fields.skip(8);
    const end = fields.u64();
    if (version < 2) fields.skip(16);
    const root = fields.u64();
    // A file that was moved behind another block keeps a base address of 0.
    const bytes = new Hdf5Bytes(source, base === 0 ? start : base);
    if (end === undefinedAddress || end > source.size) {
      throw new MroError(
        'MRO_RAW_TRUNCATED',
        `${source.name} ends at byte ${source.size}; HDF5 expects ${end}.`,
        {
          details: { file: source.name, offset: source.size, expected: end },
        },
      );
    }
    return new Hdf5File(bytes, root);
  }

  get name(): string {
    return this.bytes.name;
  }

  /** Names of the members of a group, undefined where there is no such group. */
  async list(path: readonly string[] = []): Promise<string[] | undefined> {
    const address = await this.#find(path);
    if (address === undefined) return undefined;
    const children = await readGroup(this.bytes, address);
    return children && [...children.keys()];
  }

  /** The dataset at a path, undefined where there is none. */
  async dataset(path: readonly string[]): Promise<Dataset | undefined> {
    const address = await this.#find(path);
    return address === undefined ? undefined : Dataset.open(this.bytes, address);
  }

  /** All datasets with their paths; each object once, so that groups that contain themselves come to an end. */
  async datasets(): Promise<{ path: readonly string[]; dataset: Dataset }[]> {
    const found: { path: readonly string[]; dataset: Dataset }[] = [];
    const seen = new Set<number>();
    const visit = async (path: readonly string[], address: number): Promise<void> => {
      if (seen.has(address) || seen.size > objectLimit || path.length > depthLimit) return;
      seen.add(address);
      const children = await readGroup(this.bytes, address);
      if (children === undefined) {
        const dataset = await Dataset.open(this.bytes, address);
        if (dataset) found.push({ path, dataset });
        return;
      }
      for (const [name, child] of children) await visit([...path, name], child);
    };
    await visit([], this.#root);
    return found;
  }

  async #find(path: readonly string[]): Promise<number | undefined> {
    let address: number | undefined = this.#root;
    for (const name of path) {
      const children = await readGroup(this.bytes, address);
      address = children?.get(name);
      if (address === undefined) return undefined;
    }
    return address;
  }
}
