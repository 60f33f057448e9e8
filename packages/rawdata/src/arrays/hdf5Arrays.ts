import type { DType, NumericData, Order } from '@mroptimum/arrays';
import { bytesPerElement, decodeElements, elementCount } from '@mroptimum/arrays';
import type { Dataset } from '../hdf5/dataset.ts';
import type { Datatype } from '../hdf5/datatype.ts';
import type { Hdf5File } from '../hdf5/file.ts';
import type { ArrayAccess } from './access.ts';

/** A numeric dataset of an HDF5 file, as a variable to choose from. */
interface Hdf5Variable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly order: Order;
  readonly dtype: DType | undefined;
  readonly littleEndian: boolean;
  readonly dataset: Dataset;
}

const integers: Readonly<Record<string, DType>> = {
  s1: 'int8',
  u1: 'uint8',
  s2: 'int16',
  u2: 'uint16',
  s4: 'int32',
  u4: 'uint32',
  s8: 'int64',
  u8: 'uint64',
};

/** The element type of a dataset; complex numbers are compounds (real, imag) or (r, i). */
function dtypeOf(type: Datatype): { dtype: DType | undefined; littleEndian: boolean } {
  if (type.kind === 'integer') {
    return { dtype: integers[`${type.signed ? 's' : 'u'}${type.size}`], littleEndian: type.littleEndian };
  }
  if (type.kind === 'float') {
    const dtype = ({ 2: 'float16', 4: 'float32', 8: 'float64' } as const)[type.size as 2];
    return { dtype, littleEndian: type.littleEndian };
  }
  if (type.kind === 'compound' && type.members.length === 2) {
    const [re, im] = type.members as [Datatype & (typeof type.members)[0], (typeof type.members)[0]];
    const names = `${re.name},${im.name}`;
    const part = re.type;
    const fits = im.type.size === part.size && re.offset === 0 && im.offset === part.size;
    if (
      (names === 'real,imag' || names === 'r,i') &&
      part.kind === 'float' &&
      fits &&
      im.type.kind === 'float'
    ) {
      const dtype = ({ 4: 'complex64', 8: 'complex128' } as const)[part.size as 4];
      return { dtype, littleEndian: part.littleEndian };
    }
  }
  return { dtype: undefined, littleEndian: true };
}

/**
 * Lists the arrays of an HDF5 file, groups included. In MATLAB 7.3 files the axes are in reverse order and
 * text and structures are no arrays.
 */
export async function listHdf5Arrays(file: Hdf5File, matlab: boolean): Promise<Hdf5Variable[]> {
  const variables: Hdf5Variable[] = [];
  for (const { path, dataset } of await file.datasets()) {
    // MATLAB keeps what cells and structures point at in a group of its own.
    if (path[0]?.startsWith('#')) continue;
    const matlabClass = matlab ? await dataset.textAttribute('MATLAB_class') : undefined;
    const { dtype, littleEndian } = dtypeOf(dataset.type);
    variables.push({
      name: path.join('/'),
      shape: matlab ? dataset.shape.toReversed() : dataset.shape,
      order: matlab ? 'F' : 'C',
      dtype: matlabClass === 'char' || matlabClass === 'cell' ? undefined : dtype,
      littleEndian,
      dataset,
    });
  }
  return variables;
}

/** Reads a dataset by ranges of elements; rows that are packed together are kept until others are needed. */
export function hdf5Access({
  shape,
  order,
  dtype,
  littleEndian,
  dataset,
}: Hdf5Variable & { dtype: DType }): ArrayAccess {
  const rowElements = Math.max(1, elementCount(dataset.shape.slice(1)));
  const size = bytesPerElement(dtype);
  dataset.checkSize();
  let kept: { from: number; to: number; bytes: Uint8Array } | undefined;
  const blockOf = async (row: number) => {
    if (kept && row >= kept.from && row < kept.to) return kept;
    const together = dataset.rowsTogether;
    const from = Math.floor(row / together) * together;
    // Small rows are read several at a time, large packed ones as they are.
    const several = Math.max(1, Math.floor((1 << 20) / (together * rowElements * size)));
    const to = Math.min(dataset.rows, from + together * several);
    kept = { from, to, bytes: await dataset.readRows(from, to - from) };
    return kept;
  };
  return {
    shape,
    order,
    dtype,
    read: async (start, count): Promise<NumericData> => {
      const out = new Uint8Array(count * size);
      for (let done = 0; done < count; ) {
        const at = start + done;
        const block = await blockOf(Math.floor(at / rowElements));
        const skip = at - block.from * rowElements;
        const part = Math.min(count - done, (block.to - block.from) * rowElements - skip);
        out.set(block.bytes.subarray(skip * size, (skip + part) * size), done * size);
        done += part;
      }
      return decodeElements(out, dtype, littleEndian);
    },
  };
}
