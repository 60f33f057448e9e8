import type { MethodName, ReconstructionName } from '@mroptimum/contract';

/** A number as its field holds it: empty while the user has deleted it. */
export type NumberField = number | '';

/** A file of the library, as much of it as a task needs. */
export interface ChosenFile {
  readonly id: string;
  readonly filename: string;
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Download that works without a token, until it expires. */
  readonly link: string;
  /** What the content is, as the library found it. */
  readonly summary: Readonly<Record<string, string | number | boolean>>;
}

/** What an array without a header cannot say about itself; empty: not stated. */
export interface ArrayFields {
  readonly axes: string;
  readonly variable: string;
  readonly noiseScale: NumberField;
  readonly noiseBandwidth: NumberField;
  readonly spacing: string;
}

export interface EspiritFields {
  readonly k: NumberField;
  readonly r: NumberField;
  readonly t: NumberField;
  readonly c: NumberField;
}

export type SensitivityMethod = 'inner' | 'innerACL' | 'espirit' | 'upload' | 'bodycoil';
export type MaskMethod =
  | 'no'
  | 'reference'
  | 'threshold'
  | 'percentage'
  | 'percentagemean'
  | 'espirit'
  | 'upload';

/** [readout, phase] */
export type PerAxis<Value> = readonly [Value, Value];

/** Everything the page remembers. What the chosen method does not use stays here and never enters a task. */
export interface SetupForm {
  readonly alias: string;
  readonly signal: ChosenFile | undefined;
  readonly signalArray: ArrayFields;
  readonly multiraid: boolean;
  readonly noise: ChosenFile | undefined;
  readonly noiseArray: ArrayFields;
  readonly method: MethodName;
  readonly reconstruction: ReconstructionName;
  readonly replicas: { readonly pmr: NumberField; readonly cr: NumberField };
  readonly box: NumberField;
  readonly seed: NumberField;
  readonly decimate: boolean;
  readonly accelerations: PerAxis<NumberField>;
  readonly acl: PerAxis<{ readonly all: boolean; readonly lines: NumberField }>;
  readonly kernel: PerAxis<NumberField>;
  readonly sensitivities: {
    readonly method: SensitivityMethod;
    readonly window: 'hann' | 'none';
    readonly espirit: EspiritFields;
    readonly source: ChosenFile | undefined;
    readonly axes: string;
  };
  readonly mask: {
    readonly method: MaskMethod;
    readonly threshold: NumberField;
    readonly percentage: NumberField;
    readonly percentagemean: NumberField;
    readonly espirit: EspiritFields;
    readonly file: ChosenFile | undefined;
    readonly axes: string;
  };
  readonly flipAngle: { readonly use: boolean; readonly file: ChosenFile | undefined };
  readonly output: { readonly coilsensitivity: boolean; readonly gfactor: boolean; readonly matlab: boolean };
}

const noArray: ArrayFields = { axes: '', variable: '', noiseScale: '', noiseBandwidth: '', spacing: '' };
const espirit: EspiritFields = { k: 6, r: 24, t: 0.01, c: 0.9925 };

export const defaultForm: SetupForm = {
  alias: '',
  signal: undefined,
  signalArray: noArray,
  multiraid: false,
  noise: undefined,
  noiseArray: noArray,
  method: 'ac',
  reconstruction: 'rss',
  replicas: { pmr: 100, cr: 6 },
  box: 9,
  seed: 0,
  decimate: false,
  accelerations: [1, 2],
  acl: [
    { all: true, lines: 24 },
    { all: true, lines: 24 },
  ],
  kernel: [5, 5],
  sensitivities: { method: 'inner', window: 'hann', espirit, source: undefined, axes: '' },
  mask: {
    method: 'no',
    threshold: '',
    percentage: 10,
    percentagemean: 1,
    espirit,
    file: undefined,
    axes: '',
  },
  flipAngle: { use: false, file: undefined },
  output: { coilsensitivity: true, gfactor: true, matlab: true },
};
