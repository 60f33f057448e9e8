import { MroError } from '@mroptimum/contract';

/** An element of an XML document. Positions count bytes of the document. */
export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Where its content begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Its text, decoded, where it has no children. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  readonly start: number;
}

const depthLimit = 64;
const elementLimit = 100_000;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text with its entities resolved; `raw` holds one character per byte. */
function decode(raw: string): string {
  const text = new TextDecoder().decode(Uint8Array.from(raw, (letter) => letter.charCodeAt(0)));
  return text
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, content: string) => content.replace(/&/g, '&amp;'))
    .replace(/&(#x?[\da-fA-F]+|\w+);/g, (whole, entity: string) => {
      if (!entity.startsWith('#')) return entities[entity] ?? whole;
      const hex = entity[1] === 'x';
      const point = Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .trim();
}

/**
 * Reads an XML document: elements and their text. Attributes, comments and processing instructions are passed
 * over; document type declarations, which could define entities of their own, are refused.
 * @param file name for messages
 * @throws MRO_RAW_CORRUPT with the byte offset in the document
 */
export function parseXml(bytes: Uint8Array, file: string): XmlElement {
  const text = new TextDecoder('latin1').decode(bytes);
  const fail = (at: number, what: string): never => {
    throw new MroError('MRO_RAW_CORRUPT', `${file}: ${what} in the XML header (byte ${at} of it).`, {
      details: { file, offset: at },
    });
  };
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const finish = ({ name, children, start }: OpenElement, end: number) => {
    const element = {
      name,
      children,
      start,
      end,
      text: children.length > 0 ? '' : decode(text.slice(start, end)),
    };
    const parent = open[open.length - 1];
    if (parent) parent.children.push(element);
    else root ??= element;
  };
  let at = text.indexOf('<');
  while (at >= 0 && root === undefined) {
    const passed = [
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
      ['<?', '?>'],
    ].find(([begin]) => text.startsWith(begin!, at));
    if (passed) {
      const end = text.indexOf(passed[1]!, at);
      if (end < 0) fail(at, 'something is not closed');
      at = text.indexOf('<', end + passed[1]!.length);
      continue;
    }
    if (text[at + 1] === '!') fail(at, 'a declaration');
    const end = tagEnd(text, at);
    if (end < 0) fail(at, 'a tag is not closed');
    const name = /^<\/?\s*(?:[^\s:/>]*:)?([^\s/>]+)/.exec(text.slice(at, Math.min(end + 1, at + 300)))?.[1];
    if (name === undefined) return fail(at, 'a tag without a name');
    if (text[at + 1] === '/') {
      const element = open.pop();
      if (element?.name !== name) return fail(at, `"${name}" is closed where it is not open`);
      finish(element, at);
    } else {
      const element = { name, children: [], start: end + 1 };
      if (++elements > elementLimit || open.length >= depthLimit) fail(at, 'too many elements');
      if (text[end - 1] === '/') finish(element, end + 1);
      else open.push(element);
    }
    at = text.indexOf('<', end);
  }
  return root ?? fail(text.length, 'the end is missing');
}

/** The ">" that ends a tag: not one inside an attribute's quotes. */
function tagEnd(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const letter = text[at]!;
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '>') return at;
  }
  return -1;
}

/** The first element at a path of names below `element`. */
export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((candidate) => candidate.name === name);
  return found;
}

/** Children of one name. */
export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((candidate) => candidate.name === name) ?? [];

/** The text at a path, undefined where it is missing or empty. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = child(element, ...path)?.text;
  return text === '' ? undefined : text;
}

/** The number at a path, undefined where it is missing or none. */
export function numberAt(element: XmlElement | undefined, ...path: readonly string[]): number | undefined {
  const text = textAt(element, ...path);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
