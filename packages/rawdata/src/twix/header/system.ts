import type { AcquisitionHeader } from '../../acquisition.ts';
import type { Protocol } from './protocol.ts';

/** Software version as the field writes it: "VB17", "VE11C", "XA61". */
export function softwareVariant(protocol: Protocol, layout: 'VB' | 'VD'): string {
  const version = protocol.parameter('SoftwareVersions').join(' ');
  const numaris = /XA\d+[A-Z]?/.exec(version);
  if (numaris) return numaris[0];
  const syngo = /\b([A-E]\d+)[A-Z]?\b/.exec(version);
  const name = syngo ? `V${syngo[1]}` : undefined;
  if (layout === 'VB') return name ?? 'VB';
  const baseline = /V[DE]\d+[A-Z]?/.exec(
    protocol.text('sProtConsistencyInfo.tMeasuredBaselineString') ?? '',
  )?.[0];
  return baseline && (name === undefined || baseline.startsWith(name)) ? baseline : (name ?? 'VD');
}

/** Protocol names are stored with "+AF8-" for "_" and the like (UTF-7). */
export function decodeName(text: string): string {
  return text.replace(/\+([A-Za-z0-9/]{2,})-/g, (whole, code: string) => {
    const bytes = Buffer.from(code, 'base64');
    if (bytes.length < 2) return whole;
    let decoded = '';
    for (let k = 0; k + 1 < bytes.length; k += 2) decoded += String.fromCharCode(bytes.readUInt16BE(k));
    return decoded;
  });
}

/** Names of the receive elements in the order of the data's channels (by converter or receiver number). */
export function coilNames(protocol: Protocol, coils: number): string[] | undefined {
  for (const list of ['sCoilSelectMeas.aRxCoilSelectData[0].asList', 'asCoilSelectMeas[0].asList']) {
    const elements: { name: string; channel: number }[] = [];
    for (let k = 0; k < 512; k++) {
      const name = protocol.text(`${list}[${k}].sCoilElementID.tElement`);
      if (name === undefined) break;
      const channel =
        protocol.number(`${list}[${k}].lADCChannelConnected`) ??
        protocol.number(`${list}[${k}].lRxChannelConnected`);
      if (protocol.number(`${list}[${k}].lElementSelected`) !== 0)
        elements.push({ name, channel: channel ?? k });
    }
    if (elements.length === coils)
      return elements.sort((a, b) => a.channel - b.channel).map(({ name }) => name);
  }
  return undefined;
}

/** The parts of the header that name protocol, sequence and scanner; nothing of the patient. */
export function describeScanner(
  protocol: Protocol,
  coils: number,
): Pick<AcquisitionHeader, 'protocol' | 'sequence' | 'system' | 'coilNames'> {
  const name = protocol.text('tProtocolName');
  const sequence = protocol.text('tSequenceFileName')?.split(/[\\/]/).at(-1);
  const model = protocol.parameter('ManufacturersModelName')[0];
  const field =
    protocol.numbers('flMagneticFieldStrength')[0] ?? protocol.number('sProtConsistencyInfo.flNominalB0');
  const names = coilNames(protocol, coils);
  return {
    ...(name && { protocol: decodeName(name) }),
    ...(sequence && { sequence }),
    system: {
      vendor: 'Siemens',
      ...(model && { model }),
      ...(field !== undefined && field > 0 && { fieldStrength: field }),
    },
    ...(names && { coilNames: names }),
  };
}
