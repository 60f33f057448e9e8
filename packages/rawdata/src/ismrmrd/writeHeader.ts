import type { AcquisitionHeader } from '../acquisition.ts';

const protonGyromagneticRatio = 42_577_478;

const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`).replace(/[^\x20-\x7e]/g, '?');

const tag = (name: string, ...content: readonly (string | number | undefined)[]): string =>
  `<${name}>${content.filter((part) => part !== undefined).join('')}</${name}>`;

const vector = (name: string, [x, y, z]: readonly number[]): string =>
  tag(name, tag('x', x), tag('y', y), tag('z', z));

const limit = (name: string, count: number, center: number): string =>
  tag(name, tag('minimum', 0), tag('maximum', Math.max(0, count - 1)), tag('center', center));

/** The XML header of an ISMRMRD file (schema ismrmrd.xsd, elements in its order), without any identity. */
export function ismrmrdXml(header: AcquisitionHeader): string {
  const { readout, phase, partitions, slices, repetitions, averages, coils, system } = header;
  const [dx, dy, dz] = header.geometry?.spacing ?? [1, 1, 1];
  const oversampling = header.readoutOversampling;
  const space = (name: string, columns: number) =>
    tag(
      name,
      vector('matrixSize', [columns, phase, partitions]),
      vector('fieldOfView_mm', [columns * dx, phase * dy, partitions * dz]),
    );
  const named = header.coilNames?.length === coils ? header.coilNames : [];
  return `<?xml version="1.0"?>\n${tag(
    'ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD"',
    tag(
      'acquisitionSystemInformation',
      system?.vendor && tag('systemVendor', escapeXml(system.vendor)),
      system?.model && tag('systemModel', escapeXml(system.model)),
      system?.fieldStrength && tag('systemFieldStrength_T', system.fieldStrength),
      tag('receiverChannels', coils),
      ...named.map((name, i) => tag('coilLabel', tag('coilNumber', i), tag('coilName', escapeXml(name)))),
    ),
    tag(
      'experimentalConditions',
      tag('H1resonanceFrequency_Hz', Math.round((system?.fieldStrength ?? 0) * protonGyromagneticRatio)),
    ),
    tag(
      'encoding',
      space('encodedSpace', readout),
      space('reconSpace', readout / oversampling),
      tag(
        'encodingLimits',
        limit('kspace_encoding_step_1', phase, Math.floor(phase / 2)),
        limit('kspace_encoding_step_2', partitions, Math.floor(partitions / 2)),
        limit('average', averages, 0),
        limit('slice', slices, 0),
        limit('repetition', repetitions, 0),
      ),
      tag('trajectory', 'cartesian'),
      tag(
        'parallelImaging',
        tag(
          'accelerationFactor',
          tag('kspace_encoding_step_1', header.acceleration[1]),
          tag('kspace_encoding_step_2', header.accelerationPartition),
        ),
        header.referenceLines > 0 ? tag('calibrationMode', 'embedded') : undefined,
      ),
    ),
  ).replace('</ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD">', '</ismrmrdHeader>')}\n`;
}
