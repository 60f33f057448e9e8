import type { ByteSource } from '@mroptimum/contract';
import { type Measurement, readExactly } from '../file/container.ts';

/** Where parameters of the XProtocol buffers are looked for, most specific first. */
const searchOrder = ['Meas', 'Dicom', 'Config', 'Protocol', 'Spice', 'Phoenix'];

/** The protocol of one measurement: the ASCCONV table and the XProtocol parameters. */
export class Protocol {
  private readonly ascconv: ReadonlyMap<string, string>;
  private readonly texts: readonly string[];

  constructor(buffers: ReadonlyMap<string, string>) {
    const table = ['MeasYaps', 'Phoenix', 'Meas', ...buffers.keys()]
      .map((name) => buffers.get(name))
      .find((text) => text?.includes('### ASCCONV BEGIN'));
    this.ascconv = parseAscconv(table ?? '');
    this.texts = searchOrder.flatMap((name) => buffers.get(name) ?? []);
  }

  /** Text of an ASCCONV entry, without quotes, e.g. `text('tProtocolName')`. */
  text(name: string): string | undefined {
    return this.ascconv.get(name);
  }

  /** A finite number of the ASCCONV table; hexadecimal values too. */
  number(name: string): number | undefined {
    return toNumber(this.ascconv.get(name));
  }

  /** Values of the first XProtocol parameter of that name that has any, in the order they are written. */
  parameter(name: string): string[] {
    for (const text of this.texts) {
      for (let at = text.indexOf(`."${name}">`); at >= 0; at = text.indexOf(`."${name}">`, at + 1)) {
        const values = parameterValues(text, at + name.length + 4);
        if (values.length > 0) return values;
      }
    }
    return [];
  }

  /** Numbers of an XProtocol parameter; an empty list where there are none. */
  numbers(name: string): number[] {
    return this.parameter(name).map((value) => toNumber(value) ?? Number.NaN);
  }

  /** The first text from which `pattern` takes anything. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    for (const text of this.texts) {
      const found = pattern.exec(text);
      if (found) return found;
    }
    return undefined;
  }
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** `name = value` lines between the ASCCONV marks; values lose their quotes and trailing comments. */
function parseAscconv(text: string): Map<string, string> {
  const table = new Map<string, string>();
  const begin = text.indexOf('### ASCCONV BEGIN');
  if (begin < 0) return table;
  const end = text.indexOf('### ASCCONV END', begin);
  for (const line of text.slice(begin, end < 0 ? undefined : end).split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 0 || line.startsWith('#')) continue;
    const raw = line.slice(equals + 1).trim();
    const quoted = /^"+([^"]*)"*/.exec(raw);
    table.set(line.slice(0, equals).trim(), quoted ? quoted[1]! : raw.replace(/\s*#.*$/, ''));
  }
  return table;
}

/** Values inside the braces that follow position `at`: attributes such as <Precision> 6 are left out. */
function parameterValues(text: string, at: number): string[] {
  const open = /^\s*\{([^{}]*)\}/.exec(text.slice(at, at + 20_000));
  if (!open) return [];
  const body = open[1]!
    .replace(/<(Precision|MinSize|MaxSize|DefaultSize)>\s*\S+/g, '')
    .replace(/<[^>]*>[^\n]*/g, '');
  return [...body.matchAll(/"([^"]*)"|([^\s"]+)/g)].map((value) => value[1] ?? value[2]!);
}

/** A vector (sagittal, coronal, transversal); components that are zero are left out of the table. */
export const vectorOf = (protocol: Protocol, name: string): [number, number, number] => [
  protocol.number(`${name}.dSag`) ?? 0,
  protocol.number(`${name}.dCor`) ?? 0,
  protocol.number(`${name}.dTra`) ?? 0,
];

/** Reads and parses the protocol of a measurement. */
export async function readProtocol(source: ByteSource, measurement: Measurement): Promise<Protocol> {
  const texts = new Map<string, string>();
  const decoder = new TextDecoder('latin1');
  for (const { name, offset, length } of measurement.buffers)
    if (!texts.has(name)) texts.set(name, decoder.decode(await readExactly(source, offset, length)));
  return new Protocol(texts);
}
