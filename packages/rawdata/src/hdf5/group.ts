import type { Hdf5Bytes } from './fields.ts';
import { Fields, undefinedAddress, unsupported } from './fields.ts';
import { messageType, readObjectHeader } from './objectHeader.ts';

const childrenLimit = 100_000;

/**
 * Names and object-header addresses of a group's children: symbol tables (versions 0 and 1 of the superblock)
 * and link messages. Soft and external links are left out.
 * @returns undefined where the object is no group
 * @throws MRO_RAW_CORRUPT, MRO_RAW_UNSUPPORTED (links in a fractal heap)
 */
export async function readGroup(bytes: Hdf5Bytes, address: number): Promise<Map<string, number> | undefined> {
  const messages = await readObjectHeader(bytes, address);
  const children = new Map<string, number>();
  let group = false;
  for (const { type, data, position } of messages) {
    const fields = new Fields(data, bytes.name, position);
    if (type === messageType.symbolTable) {
      group = true;
      await readSymbolTable(bytes, fields.u64(), fields.u64(), children);
    } else if (type === messageType.link) {
      group = true;
      readLink(fields, children);
    } else if (type === messageType.linkInfo) {
      group = true;
      fields.skip(1);
      const flags = fields.u8();
      if ((flags & 1) !== 0) fields.skip(8);
      if (fields.u64() !== undefinedAddress) unsupported(bytes.name, 'a group with very many links');
    }
  }
  return group ? children : undefined;
}

function readLink(fields: Fields, children: Map<string, number>): void {
  if (fields.u8() !== 1) fields.fail('the version of a link');
  const flags = fields.u8();
  const kind = (flags & 8) !== 0 ? fields.u8() : 0;
  if ((flags & 4) !== 0) fields.skip(8);
  if ((flags & 16) !== 0) fields.skip(1);
  const length = fields.unsigned(1 << (flags & 3));
  const name = new TextDecoder().decode(fields.take(length));
  if (kind === 0) children.set(name, fields.u64());
}

async function readSymbolTable(
  bytes: Hdf5Bytes,
  tree: number,
  heap: number,
  children: Map<string, number>,
): Promise<void> {
  const head = await bytes.fields(heap, 32);
  head.signature('HEAP');
  head.skip(4);
  const size = head.u64();
  head.skip(8);
  const names = await bytes.fields(head.u64(), Math.min(size, 1 << 24));
  await walkTree(bytes, tree, 0, 8, async (child) => {
    const node = await bytes.fields(child, 8);
    node.signature('SNOD');
    node.skip(2);
    const count = node.u16();
    const entries = await bytes.fields(child + 8, 40 * count);
    for (let i = 0; i < count; i++) {
      names.at = entries.u64();
      if (names.at < 0 || names.left <= 0) entries.fail('a name outside its heap');
      const address = entries.u64();
      const kind = entries.u32();
      entries.skip(20);
      // Kind 2 is a soft link.
      if (kind !== 2) children.set(names.name(), address);
    }
    if (children.size > childrenLimit) node.fail('a group of too many members');
  });
}

/**
 * Walks a version-1 B-tree (specification III.A.1) and calls `leaf` for every child of its lowest level, with
 * the key before it.
 * @param type 0 for groups, 1 for chunks
 */
export async function walkTree(
  bytes: Hdf5Bytes,
  root: number,
  type: 0 | 1,
  keySize: number,
  leaf: (child: number, key: Fields) => void | Promise<void>,
): Promise<void> {
  const seen = new Set<number>();
  const visit = async (address: number, parentLevel: number): Promise<void> => {
    const node = await bytes.fields(address, 24);
    node.signature('TREE');
    if (node.u8() !== type) node.fail('a B-tree of the wrong type');
    const level = node.u8();
    if (level >= parentLevel || seen.has(address)) node.fail('a B-tree that refers to itself');
    seen.add(address);
    const count = node.u16();
    const entries = await bytes.fields(address + 24, count * (keySize + 8));
    for (let i = 0; i < count; i++) {
      const position = entries.position + entries.at;
      const key = new Fields(entries.take(keySize), bytes.name, position);
      const child = entries.u64();
      if (level > 0) await visit(child, level);
      else {
        if (type === 0 && seen.has(child)) entries.fail('a B-tree that refers to itself');
        seen.add(child);
        await leaf(child, key);
      }
    }
  };
  if (root !== undefinedAddress) await visit(root, 64);
}
