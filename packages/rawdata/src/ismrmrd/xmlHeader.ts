import type { XmlElement } from './xml.ts';
import { child, childrenOf, numberAt, textAt } from './xml.ts';

/** Matrix and field of view (mm) of an encoded or reconstructed space; undefined where the header lacks it. */
interface Space {
  readonly matrix: readonly [number | undefined, number | undefined, number | undefined];
  readonly fieldOfView: readonly [number | undefined, number | undefined, number | undefined];
}

/** Range of an encoding counter and the value at the centre of k-space. */
export interface Limit {
  readonly minimum: number;
  readonly maximum: number;
  readonly center: number;
}

/** One encoding of the header. */
export interface Encoding {
  readonly encoded: Space;
  readonly recon: Space;
  readonly trajectory: string;
  readonly phaseLimit: Limit | undefined;
  readonly partitionLimit: Limit | undefined;
  readonly acceleration: readonly [number, number];
  readonly calibration: string | undefined;
}

/** What the ISMRMRD XML header says, without anything that identifies a patient. */
export interface XmlHeader {
  readonly version: string | undefined;
  readonly encodings: readonly Encoding[];
  readonly relativeNoiseBandwidth: number | undefined;
  readonly vendor: string | undefined;
  readonly model: string | undefined;
  readonly fieldStrength: number | undefined;
  readonly protocol: string | undefined;
  readonly sequence: string | undefined;
  readonly coilNames: readonly string[];
}

const axes = ['x', 'y', 'z'] as const;

function space(element: XmlElement | undefined): Space {
  const of = (name: string) =>
    axes.map((axis) => {
      const value = numberAt(element, name, axis);
      return value !== undefined && value > 0 ? value : undefined;
    });
  return { matrix: of('matrixSize') as never, fieldOfView: of('fieldOfView_mm') as never };
}

function limit(element: XmlElement | undefined): Limit | undefined {
  const minimum = numberAt(element, 'minimum');
  const maximum = numberAt(element, 'maximum');
  const center = numberAt(element, 'center');
  if (minimum === undefined || maximum === undefined || center === undefined) return undefined;
  return { minimum, maximum, center };
}

function encoding(element: XmlElement): Encoding {
  const limits = child(element, 'encodingLimits');
  const parallel = child(element, 'parallelImaging');
  const factor = (step: string) => numberAt(parallel, 'accelerationFactor', step) ?? 1;
  return {
    encoded: space(child(element, 'encodedSpace')),
    recon: space(child(element, 'reconSpace')),
    trajectory: textAt(element, 'trajectory') ?? 'cartesian',
    phaseLimit: limit(child(limits, 'kspace_encoding_step_1')),
    partitionLimit: limit(child(limits, 'kspace_encoding_step_2')),
    acceleration: [factor('kspace_encoding_step_1'), factor('kspace_encoding_step_2')],
    calibration: textAt(parallel, 'calibrationMode'),
  };
}

/** Takes from an ISMRMRD header (schema ismrmrd.xsd) what reconstruction needs. */
export function readXmlHeader(root: XmlElement): XmlHeader {
  const system = child(root, 'acquisitionSystemInformation');
  const labels = childrenOf(system, 'coilLabel').map((label) => ({
    number: numberAt(label, 'coilNumber') ?? 0,
    name: textAt(label, 'coilName') ?? '',
  }));
  return {
    version: textAt(root, 'version'),
    encodings: childrenOf(root, 'encoding').map(encoding),
    relativeNoiseBandwidth: numberAt(system, 'relativeReceiverNoiseBandwidth'),
    vendor: textAt(system, 'systemVendor'),
    model: textAt(system, 'systemModel'),
    fieldStrength: numberAt(system, 'systemFieldStrength_T'),
    protocol: textAt(root, 'measurementInformation', 'protocolName'),
    sequence:
      textAt(root, 'sequenceParameters', 'sequence_type') ??
      textAt(root, 'measurementInformation', 'sequenceName'),
    coilNames: labels.sort((a, b) => a.number - b.number).map(({ name }) => name),
  };
}
