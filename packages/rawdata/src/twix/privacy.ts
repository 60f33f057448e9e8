import type { ByteSource } from '@mroptimum/contract';
import { type Measurement, readExactly, readMeasurements } from './file/container.ts';

/** One value in a file that can lead to the patient. */
export interface TwixPrivacyField {
  readonly name: string;
  /** Of the value itself (without quotes), from the start of the file. */
  readonly offset: number;
  readonly length: number;
  readonly value: string;
}

/** Parameters that name or describe the patient, the people around him, or the examination (identifiers hold dates). */
const identity =
  /patient(?!.{0,4}(pos|view|direction|table|orient))|physician|operator|birth|loid$|studyid|studycomment|studydesc|requested|accession|^study$|instanceuid|exammemoryuid|frameofreference|institution|^[td]?(study|series|exam|acquisition|instance|prepare)(date|time(stamp)?)$|preparetimestamp|ethnic|occupation|medicalalert|admission/i;
/** Switches and counts with such words in their names. */
const harmless = /^b[A-Z]|patientpos|patient.*(mode|registration|sar|limit)|^.?Number|^l?NPatient|functor/;

/** Siemens unique identifiers: serial number of the scanner and date of the examination. */
const uniqueIdentifier = /^1\.3\.12\.2\.1107\.[\d.]+$/;

const isWord = (value: string): boolean => /[^\sxX0.]/.test(value);

/**
 * Lists every patient identity field of a twix file: the patient names in the table of a multi-RAID file, and in the
 * headers of all measurements names, identifiers, birthday, sex, age, weight, height, physicians, institution, study
 * and series identifiers, examination dates, and copies of the patient's name or number anywhere else.
 *
 * @returns in file order; `offset` and `length` are those of the value, so that it can be overwritten in place
 * @throws MroError MRO_RAW_UNKNOWN, MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT
 */
export async function twixPrivacyFields(source: ByteSource): Promise<TwixPrivacyField[]> {
  const measurements = await readMeasurements(source);
  const fields: TwixPrivacyField[] = [];
  if (measurements[0]!.layout.name === 'VD') {
    const table = await readExactly(source, 0, 8 + 152 * measurements.length);
    for (const { index } of measurements) {
      const at = 8 + 152 * index;
      for (const [name, start] of [
        ['patient', 24],
        ['protocol', 88],
      ] as const) {
        const value = latin1(table.subarray(at + start, at + start + 64)).replace(/\0[\s\S]*$/, '');
        if (value !== '')
          fields.push({ name: `table[${index}].${name}`, offset: at + start, length: value.length, value });
      }
    }
  }
  for (const measurement of measurements) fields.push(...(await headerFields(source, measurement)));
  return fields.sort((a, b) => a.offset - b.offset);
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

async function headerFields(source: ByteSource, measurement: Measurement): Promise<TwixPrivacyField[]> {
  const found = new Map<number, TwixPrivacyField>();
  const texts: { name: string; offset: number; text: string }[] = [];
  for (const { name, offset, length } of measurement.buffers)
    texts.push({ name, offset, text: latin1(await readExactly(source, offset, length)) });
  for (const { name: buffer, offset, text } of texts)
    for (const { name, at, value } of values(text))
      found.set(offset + at, { name: `${buffer}.${name}`, offset: offset + at, length: value.length, value });
  const secrets = new Set(
    [...found.values()]
      .filter(({ name, value }) => /patients?_?(name|id)$/i.test(name) && value.length >= 4 && isWord(value))
      .map(({ value }) => value),
  );
  for (const { name: buffer, offset, text } of texts)
    for (const { at, value } of copies(text, secrets))
      if (!found.has(offset + at))
        found.set(offset + at, {
          name: `${buffer} (copy)`,
          offset: offset + at,
          length: value.length,
          value,
        });
  return [...found.values()];
}

/** Quoted values (never parameter names, which stand behind a dot) that hold one of the given words. */
function* copies(text: string, words: ReadonlySet<string>): Generator<{ at: number; value: string }> {
  if (words.size === 0) return;
  for (const quoted of text.matchAll(/\."[^"\n]*"|"([^"\n]*)"/g))
    for (const value of words) {
      const inside = quoted[1]?.indexOf(value) ?? -1;
      if (inside >= 0) yield { at: quoted.index + 1 + inside, value };
    }
}

/** Identity values of XProtocol parameters (`<ParamString."Name"> { "value" }`) and of ASCCONV lines. */
function* values(text: string): Generator<{ name: string; at: number; value: string }> {
  for (const parameter of text.matchAll(/<Param(String|Long|Double)\."([^"]*)">\s*\{([^{}]*)\}/g)) {
    const [whole, type, name, body] = parameter as unknown as [string, string, string, string];
    const start = parameter.index + whole.length - 1 - body.length;
    const named = identity.test(name) && !harmless.test(name);
    if (type === 'String') {
      for (const quoted of body.matchAll(/"([^"]*)"/g)) {
        const value = quoted[1]!;
        if (!/^(true|false)?$/.test(value) && (named || uniqueIdentifier.test(value)))
          yield { name, at: start + quoted.index + 1, value };
      }
    } else if (named) {
      const plain = body.replace(/<[^>]*>\s*\S+/g, (attribute) => ' '.repeat(attribute.length));
      for (const number of plain.matchAll(/[-+.\deE]+/g))
        yield { name, at: start + number.index, value: number[0] };
    }
  }
  for (const entry of text.matchAll(/^([\w.[\]]+)\s*=\s*"+([^"\n]+)"/gm)) {
    const [whole, name, value] = entry as unknown as [string, string, string];
    const last = name.split('.').at(-1)!;
    if ((identity.test(last) && !harmless.test(last)) || uniqueIdentifier.test(value))
      yield { name, at: entry.index + whole.lastIndexOf(value), value };
  }
}
