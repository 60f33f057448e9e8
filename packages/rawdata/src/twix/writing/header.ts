import { acquisitionOrder, firstLine, type TwixAcquisition, type TwixGeometry } from './plan.ts';

export const defaultGeometry: TwixGeometry = {
  fieldOfView: [256, 256],
  thickness: 5,
  centre: [0, 0, 0],
  normal: [0, 0, 1],
  inPlaneRotation: 0,
};

/** What differs between the measurements of a file. */
export interface MeasurementText {
  readonly protocol: string;
  readonly sequence: string;
  /** Seconds per sample. */
  readonly dwellTime: number;
}

/** Centre of a slice (spatial order) in patient coordinates. */
export function sliceCentre(acquisition: TwixAcquisition, slice: number): [number, number, number] {
  const { centre, normal, thickness, sliceDistance = thickness } = acquisition.geometry ?? defaultGeometry;
  const along = (slice - ((acquisition.slices ?? 1) - 1) / 2) * sliceDistance;
  return [centre[0] + along * normal[0], centre[1] + along * normal[1], centre[2] + along * normal[2]];
}

/** The protocol buffers of a measurement, in the style of the variant. */
export function headerBuffers(
  acquisition: TwixAcquisition,
  text: MeasurementText,
): [name: string, body: string][] {
  const numaris = acquisition.variant === 'XA61';
  const software = { VB17: 'syngo MR B17', VE11C: 'syngo MR E11', XA61: 'syngo MR XA61' }[
    acquisition.variant ?? 'VE11C'
  ];
  const parameter = (type: string, name: string, value: string): string => {
    if (numaris) return `  <Param${type}."${name}">{ ${value} }\n`;
    const precision = type === 'Double' ? '    <Precision> 6 \n' : '';
    return `  <Param${type}."${name}"> \n  {\n${precision}    ${value} \n  }\n`;
  };
  const xprotocol = (body: string): string => `<XProtocol> \n{\n${body}}\n`;
  const patient = acquisition.patient ?? 'PHANTOM^SYNTHETIC';
  const identity =
    parameter('String', 'PatientName', `"${patient}"`) +
    parameter('String', 'PatientID', '"SYNTHETIC0001"') +
    parameter('String', 'PatientBirthDay', '"19000101"') +
    parameter('Long', 'PatientSex', '3') +
    parameter('Double', 'flPatientAge', '33.000000');
  const order = acquisitionOrder(acquisition.slices ?? 1).join(' ');
  const samples = acquisition.readout * (acquisition.readoutOversampling ?? 2);
  const { ramp } = acquisition.epi ?? {};
  const long = (name: string, value: number): string => parameter('Long', name, `${value} 0`);
  const meas =
    parameter('Double', 'flReadoutOSFactor', (acquisition.readoutOversampling ?? 2).toFixed(6)) +
    parameter('Long', 'iNoOfFourierLines', String(acquisition.phase - firstLine(acquisition))) +
    long('alRegridMode', ramp ? (ramp.shape === 'trapezoid' ? 2 : 4) : 1) +
    (ramp
      ? long('alRegridRampupTime', ramp.rampUp) +
        long('alRegridFlattopTime', ramp.flatTop) +
        long('alRegridRampdownTime', ramp.rampDown) +
        long('alRegridDelaySamplesTime', ramp.delay) +
        long('alRegridDestSamples', samples) +
        parameter('Double', 'aflRegridADCDuration', `${ramp.duration.toFixed(6)} 0.000000`)
      : '');
  return [
    ['Config', xprotocol(identity + parameter('Long', 'chronSliceIndices', order) + coilList(acquisition))],
    [
      'Dicom',
      xprotocol(
        parameter('String', 'SoftwareVersions', `"${software}"`) +
          parameter('String', 'Manufacturer', '"SIEMENS"') +
          parameter('String', 'ManufacturersModelName', '"Simulated"') +
          parameter('Double', 'flMagneticFieldStrength', '2.893620') +
          parameter('String', 'tPatientName', `"${patient}"`),
      ),
    ],
    ['Meas', xprotocol(meas)],
    ['MeasYaps', ascconv(acquisition, text)],
  ];
}

/** Receive elements with their raw-data correction factors, as the scanner's pipeline lists them. */
function coilList({ correctionFactors: factors }: TwixAcquisition): string {
  if (!factors) return '';
  const entries = factors.map(({ re, im }, k) => `{ { "C${k + 1}" } { 1.0 } { ${re} } { ${im} } }`).join(' ');
  const fields = [
    'Double."dFFTScale"',
    'Double."dRawDataCorrectionFactorRe"',
    'Double."dRawDataCorrectionFactorIm"',
  ];
  return (
    '  <ParamArray."CoilSelectInfo"> \n  {\n    <Default> <ParamMap.""> \n    {\n      <ParamString."CoilElementID"> { }\n' +
    `${fields.map((field) => `      <Param${field}> { }\n`).join('')}    }\n    { ${entries} }\n  }\n  <ParamLong."End"> { 1 }\n`
  );
}

function ascconv(acquisition: TwixAcquisition, { protocol, sequence, dwellTime }: MeasurementText): string {
  const { coils, phase, partitions = 1, slices = 1, repetitions = 1, averages = 1, reference } = acquisition;
  const geometry = acquisition.geometry ?? defaultGeometry;
  const old = acquisition.variant === 'VB17';
  const lines: string[] = [];
  const add = (name: string, value: string | number): void => {
    lines.push(old ? `${name.padEnd(40)} = ${value}` : `${name}\t = \t${value}`);
  };
  const vector = (name: string, value: readonly number[]): void =>
    ['dSag', 'dCor', 'dTra'].forEach((axis, k) => {
      if (value[k] !== 0) add(`${name}.${axis}`, value[k]!);
    });
  add('tSequenceFileName', `"%SiemensSeq%\\${sequence}"`);
  add('tProtocolName', `"${protocol}"`);
  if (acquisition.variant === 'VE11C' || !acquisition.variant)
    add('sProtConsistencyInfo.tMeasuredBaselineString', '"N4_VE11C_LATEST_20160120"');
  add('lAverages', averages);
  if (repetitions > 1) add('lRepetitions', repetitions - 1);
  add('sRXSPEC.alDwellTime[0]', Math.round(dwellTime * 1e9));
  for (let slice = 0; slice < slices; slice++) {
    const name = `sSliceArray.asSlice[${slice}]`;
    vector(`${name}.sPosition`, sliceCentre(acquisition, slice));
    vector(`${name}.sNormal`, geometry.normal);
    add(`${name}.dThickness`, geometry.thickness);
    add(`${name}.dPhaseFOV`, geometry.fieldOfView[1]);
    add(`${name}.dReadoutFOV`, geometry.fieldOfView[0]);
    if (geometry.inPlaneRotation !== 0) add(`${name}.dInPlaneRot`, geometry.inPlaneRotation);
  }
  add('sSliceArray.lSize', slices);
  add('sKSpace.lBaseResolution', acquisition.readout);
  add('sKSpace.lPhaseEncodingLines', phase);
  add('sKSpace.lPartitions', partitions);
  add('sKSpace.ucPhasePartialFourier', (acquisition.partialFourier ?? 1) <= 0.5 ? '0x1' : '0x10');
  add('sKSpace.ucDimension', partitions > 1 ? '0x4' : '0x2');
  add('sKSpace.ucTrajectory', '0x1');
  add('sPat.lAccelFactPE', acquisition.acceleration ?? 1);
  if (reference) add('sPat.lRefLinesPE', reference.lines);
  const list = old ? 'asCoilSelectMeas[0].asList' : 'sCoilSelectMeas.aRxCoilSelectData[0].asList';
  for (let coil = 0; coil < coils; coil++) {
    add(`${list}[${coil}].sCoilElementID.tElement`, `"C${coil + 1}"`);
    add(`${list}[${coil}].lElementSelected`, 1);
    add(`${list}[${coil}].${old ? 'lRxChannelConnected' : 'lADCChannelConnected'}`, coil + 1);
  }
  return `### ASCCONV BEGIN ###\n${lines.join('\n')}\n### ASCCONV END ###\n`;
}
