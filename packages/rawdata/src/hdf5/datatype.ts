import type { Fields } from './fields.ts';
import { unsupported } from './fields.ts';

/** A member of a compound type. */
interface Member {
  readonly name: string;
  readonly offset: number;
  readonly type: Datatype;
}

/** The parts of an HDF5 datatype that matter here. */
export type Datatype = { readonly size: number } & (
  | { readonly kind: 'integer'; readonly signed: boolean; readonly littleEndian: boolean }
  | { readonly kind: 'float'; readonly littleEndian: boolean }
  | { readonly kind: 'string' }
  | { readonly kind: 'compound'; readonly members: readonly Member[] }
  | { readonly kind: 'vlen'; readonly text: boolean; readonly base: Datatype }
  | { readonly kind: 'array'; readonly shape: readonly number[]; readonly base: Datatype }
  | { readonly kind: 'other' }
);

/** Bytes of the offset of a member, version 3: as many as the compound's size needs. */
const offsetWidth = (size: number): number => Math.max(1, Math.ceil(Math.log2(size + 1) / 8));

function padTo8(fields: Fields, start: number): void {
  fields.skip((8 - ((fields.at - start) % 8)) % 8);
}

/** Older files store a member's extents with the member. */
function withExtents(type: Datatype, extents: readonly number[]): Datatype {
  if (extents.length === 0) return type;
  const size = extents.reduce((n, extent) => n * extent, type.size);
  return { kind: 'array', size, shape: extents, base: type };
}

function compound(fields: Fields, version: number, count: number, size: number, depth: number): Datatype {
  const members: Member[] = [];
  for (let i = 0; i < count; i++) {
    const start = fields.at;
    const name = fields.name();
    if (version < 3) padTo8(fields, start);
    const offset = version < 3 ? fields.u32() : fields.unsigned(offsetWidth(size));
    let extents: number[] = [];
    if (version === 1) {
      const rank = fields.u8();
      fields.skip(11);
      const all = [fields.u32(), fields.u32(), fields.u32(), fields.u32()];
      extents = all.slice(0, Math.min(rank, 4));
    }
    const type = withExtents(readDatatype(fields, depth + 1), extents);
    if (offset + type.size > size) fields.fail(`the member "${name}" does not fit into its compound`);
    members.push({ name, offset, type });
  }
  return { kind: 'compound', size, members };
}

function array(fields: Fields, version: number, size: number, depth: number): Datatype {
  const rank = fields.u8();
  if (version < 3) fields.skip(3);
  const shape = Array.from({ length: rank }, () => fields.u32());
  if (version < 3) fields.skip(4 * rank);
  const base = readDatatype(fields, depth + 1);
  if (shape.reduce((n, extent) => n * extent, base.size) !== size) fields.fail('the size of an array type');
  return { kind: 'array', size, shape, base };
}

/**
 * Reads a datatype message (HDF5 File Format Specification 3.0, IV.A.2.d), versions 1 to 5.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_UNSUPPORTED
 */
export function readDatatype(fields: Fields, depth = 0): Datatype {
  if (depth > 8) fields.fail('datatypes nested too deeply');
  const head = fields.u8();
  const version = head >> 4;
  const bits = fields.unsigned(3);
  const size = fields.u32();
  if (version === 0) fields.fail('datatype version 0');
  if (version > 5) unsupported(fields.file, `datatype version ${version}`);
  if (size === 0) fields.fail('a datatype of no size');
  switch (head & 0xf) {
    case 0:
      fields.skip(4);
      return { kind: 'integer', size, signed: (bits & 8) !== 0, littleEndian: (bits & 1) === 0 };
    case 1:
      fields.skip(12);
      if ((bits & 0x40) !== 0) unsupported(fields.file, 'the VAX byte order');
      return { kind: 'float', size, littleEndian: (bits & 1) === 0 };
    case 3:
      return { kind: 'string', size };
    case 6:
      return compound(fields, version, bits & 0xffff, size, depth);
    case 8: {
      const count = bits & 0xffff;
      const base = readDatatype(fields, depth + 1);
      for (let i = 0; i < count; i++) {
        const start = fields.at;
        fields.name();
        if (version < 3) padTo8(fields, start);
      }
      fields.skip(count * base.size);
      return { ...base, size };
    }
    case 9:
      return { kind: 'vlen', size, text: (bits & 0xf) === 1, base: readDatatype(fields, depth + 1) };
    case 10:
      return array(fields, version, size, depth);
    case 11: {
      const base = readDatatype(fields, depth + 1);
      if (2 * base.size !== size) fields.fail('the size of a complex type');
      const members = ['real', 'imag'].map((name, i) => ({ name, offset: i * base.size, type: base }));
      return { kind: 'compound', size, members };
    }
    default:
      return { kind: 'other', size };
  }
}
