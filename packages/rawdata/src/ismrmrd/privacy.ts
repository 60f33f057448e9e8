import type { ByteSource } from '@mroptimum/contract';
import { Hdf5File } from '../hdf5/file.ts';
import type { PrivacyField } from '../privacy.ts';
import { findIsmrmrd, readXmlBytes } from './container.ts';
import type { XmlElement } from './xml.ts';
import { parseXml } from './xml.ts';

/** Elements of the header that name or describe the patient, the people around, the place or the time. */
const identity = new Set([
  'patientName',
  'patientWeight_kg',
  'patientHeight_m',
  'patientID',
  'patientBirthdate',
  'patientGender',
  'studyDate',
  'studyTime',
  'studyID',
  'accessionNumber',
  'referringPhysicianName',
  'studyDescription',
  'studyInstanceUID',
  'measurementID',
  'seriesDate',
  'seriesTime',
  'seriesInstanceUIDRoot',
  'frameOfReferenceUID',
  'referencedSOPInstanceUID',
  'seriesDescription',
  'institutionName',
  'stationName',
  'deviceID',
  'deviceSerialNumber',
]);
/** Everything below these is about the patient or the study, whatever later versions call it. */
const identitySections = new Set(['subjectInformation', 'studyInformation']);
/** Names of free parameters that copy such fields. */
const identityParameter = /patient|subject|birth|physician|operator|institution|accession|study|uid$/i;
/** Values that are copied elsewhere under any name. */
const secretNames = new Set(['patientName', 'patientID', 'patientBirthdate', 'accessionNumber']);

/** Leaves below an element that identify, with the path of names. */
function* identifying(
  element: XmlElement,
  path: readonly string[],
  section: boolean,
): Generator<[string, XmlElement]> {
  const here = [...path, element.name];
  const inside = section || identitySections.has(element.name);
  if (element.children.length === 0) {
    if (inside || identity.has(element.name)) yield [here.join('.'), element];
    return;
  }
  const name = element.children.find((candidate) => candidate.name === 'name')?.text;
  const parameter =
    element.name.startsWith('userParameter') && name !== undefined && identityParameter.test(name);
  for (const next of element.children) {
    if (parameter && next.name === 'value') yield [`${here.join('.')}.${name}`, next];
    else yield* identifying(next, here, inside);
  }
}

/**
 * Lists the identifying values of an ISMRMRD header with their places in the file, and copies of the patient's
 * name and numbers anywhere else in the header.
 */
export async function ismrmrdPrivacyFields(source: ByteSource): Promise<PrivacyField[]> {
  const file = await Hdf5File.open(source);
  const fields: PrivacyField[] = [];
  const group = await findIsmrmrd(file);
  if (group === undefined) return fields;
  const { bytes, offset } = await readXmlBytes(file, group.xml);
  const text = new TextDecoder('latin1').decode(bytes);
  const secrets = new Set<string>();
  const add = (name: string, start: number, value: string) => {
    const lead = value.length - value.trimStart().length;
    const trimmed = value.trim();
    if (trimmed === '') return;
    fields.push({ name, offset: offset + start + lead, length: trimmed.length, value: trimmed });
  };
  for (const [path, element] of identifying(parseXml(bytes, source.name), [], false)) {
    const value = text.slice(element.start, element.end);
    add(path, element.start, value);
    if (secretNames.has(element.name) && value.trim().length >= 4) secrets.add(value.trim());
  }
  const covered = (at: number) =>
    fields.some((field) => field.offset <= at && at < field.offset + field.length);
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
      if (!covered(offset + at)) add('copy in the header', at, secret);
    }
  }
  return fields.sort((a, b) => a.offset - b.offset);
}
