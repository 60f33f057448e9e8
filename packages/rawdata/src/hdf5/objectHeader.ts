import type { Hdf5Bytes } from './fields.ts';
import { Fields, unsupported } from './fields.ts';

/** A message of an object header. */
export interface Message {
  readonly type: number;
  readonly shared: boolean;
  readonly data: Uint8Array;
  /** Offset in the file, for messages to people. */
  readonly position: number;
}

export const messageType = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  attribute: 12,
  continuation: 16,
  symbolTable: 17,
  attributeInfo: 21,
} as const;

const messageLimit = 4096;

/** Where the messages of a header are, and how their heads look. */
interface Block {
  readonly address: number;
  readonly length: number;
}

/**
 * Reads the messages of an object header, versions 1 and 2, with its continuations (specification IV.A.1).
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED
 */
export async function readObjectHeader(bytes: Hdf5Bytes, address: number): Promise<Message[]> {
  const head = await bytes.fields(address, 16);
  const modern = head.bytes[0] === 0x4f;
  let order = false;
  let block: Block;
  if (modern) {
    head.signature('OHDR');
    if (head.u8() !== 2) head.fail('the version of an object header');
    const flags = head.u8();
    order = (flags & 4) !== 0;
    const fixed = 6 + ((flags & 0x20) !== 0 ? 16 : 0) + ((flags & 0x10) !== 0 ? 4 : 0);
    const width = 1 << (flags & 3);
    const size = await bytes.fields(address + fixed, width);
    block = { address: address + fixed + width, length: size.unsigned(width) };
  } else {
    if (head.u8() !== 1) head.fail('the version of an object header');
    head.skip(7);
    block = { address: address + 16, length: head.u32() };
  }
  const blocks = [block];
  const messages: Message[] = [];
  const seen = new Set<number>();
  for (let next = blocks.shift(); next !== undefined; next = blocks.shift()) {
    if (seen.has(next.address) || seen.size > 256) head.fail('an object header that continues in itself');
    seen.add(next.address);
    const fields = await bytes.fields(next.address, next.length);
    const end = next.length - (modern && seen.size > 1 ? 4 : 0);
    if (modern && seen.size > 1) fields.signature('OCHK');
    while (end - fields.at >= (modern ? 4 : 8)) {
      const message = readMessage(fields, modern, order);
      if (message.type === messageType.continuation) {
        const body = new Fields(message.data, bytes.name, message.position);
        blocks.push({ address: body.u64(), length: body.u64() });
      } else messages.push(message);
      if (messages.length > messageLimit) head.fail('an object header of too many messages');
    }
  }
  return messages;
}

function readMessage(fields: Fields, modern: boolean, order: boolean): Message {
  const type = modern ? fields.u8() : fields.u16();
  const size = fields.u16();
  const flags = fields.u8();
  if (!modern) fields.skip(3);
  else if (order) fields.skip(2);
  const position = fields.position + fields.at;
  return { type, shared: (flags & 2) !== 0, data: fields.take(size), position };
}

/**
 * The fields of the first message of a type; a shared one (a named datatype) is read where it lies.
 * @returns undefined where the header has no such message
 */
export async function findMessage(
  bytes: Hdf5Bytes,
  messages: readonly Message[],
  type: number,
): Promise<Fields | undefined> {
  const message = messages.find((candidate) => candidate.type === type);
  if (message === undefined) return undefined;
  return messageFields(bytes, message);
}

/** The fields of a message, wherever they lie. */
export async function messageFields(bytes: Hdf5Bytes, message: Message): Promise<Fields> {
  const fields = new Fields(message.data, bytes.name, message.position);
  if (!message.shared) return fields;
  const version = fields.u8();
  const kind = fields.u8();
  if (version === 1) fields.skip(6);
  else if (version !== 2 && (version !== 3 || kind !== 2))
    unsupported(bytes.name, 'a table of shared messages');
  const target = await readObjectHeader(bytes, fields.u64());
  const original = target.find(({ type, shared }) => type === message.type && !shared);
  return original
    ? new Fields(original.data, bytes.name, original.position)
    : fields.fail('a shared message is missing');
}
