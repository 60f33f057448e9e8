import {
  type MethodName,
  MroError,
  methodIds,
  type ReconstructionName,
  reconstructionIds,
} from '@mroptimum/contract';
import { espiritValues } from './values.ts';

/** Options of `mroptimum snr`, as commander hands them over. */
export interface SnrOptions {
  noise?: string;
  multiraid?: boolean;
  method: MethodName;
  recon: ReconstructionName;
  decimate?: boolean;
  accelerations?: [number, number];
  acl?: [number | null, number | null];
  kernel?: [number, number];
  sensitivities: string;
  sensitivitiesAxes?: string;
  bodyCoil?: string;
  window: 'hann' | 'none';
  mask: string;
  maskAxes?: string;
  replicas?: number;
  box?: number;
  seed?: number;
  axes?: string;
  noiseAxes?: string;
  noiseScale?: number;
  noiseBandwidth?: number;
  spacing?: number[];
  variable?: string;
  noiseVariable?: string;
  gfactor?: boolean;
  coils?: boolean;
  matlab?: boolean;
  flipAngle?: string;
}

/** Options that mean nothing without another one: what they need, and when they have it. */
const needs: readonly (readonly [keyof SnrOptions, string, string, (options: SnrOptions) => boolean])[] = [
  [
    'decimate',
    '--decimate',
    '--recon sense or grappa',
    ({ recon }) => recon === 'sense' || recon === 'grappa',
  ],
  [
    'accelerations',
    '--accelerations',
    '--recon sense or grappa',
    ({ recon }) => recon === 'sense' || recon === 'grappa',
  ],
  ['gfactor', '--gfactor', '--recon sense or grappa', ({ recon }) => recon === 'sense' || recon === 'grappa'],
  ['kernel', '--kernel', '--recon grappa', ({ recon }) => recon === 'grappa'],
  ['acl', '--acl', 'another --recon than rss', ({ recon }) => recon !== 'rss'],
  ['coils', '--coils', 'another --recon than rss', ({ recon }) => recon !== 'rss'],
  ['bodyCoil', '--body-coil', 'another --recon than rss', ({ recon }) => recon !== 'rss'],
  [
    'sensitivitiesAxes',
    '--sensitivities-axes',
    '--sensitivities FILE',
    ({ sensitivities }) => sensitivities !== 'inner',
  ],
  ['replicas', '--replicas', '--method pmr or cr', ({ method }) => method === 'pmr' || method === 'cr'],
  ['seed', '--seed', '--method pmr or cr', ({ method }) => method === 'pmr' || method === 'cr'],
  ['box', '--box', '--method cr or di', ({ method }) => method === 'cr' || method === 'di'],
];

/** @throws MroError MRO_CLI_USAGE where an option would be ignored */
function checkOptions(options: SnrOptions): void {
  for (const [name, flag, needed, given] of needs) {
    if (options[name] === undefined || given(options)) continue;
    throw new MroError('MRO_CLI_USAGE', `${flag} has no effect here: it needs ${needed}.`, {
      hint: `Leave ${flag} out, or add ${needed}.`,
    });
  }
  if (options.recon === 'rss' && options.sensitivities !== 'inner') {
    throw new MroError('MRO_CLI_USAGE', '--sensitivities has no effect here: rss uses none.', {
      hint: 'Choose --recon b1, sense or grappa.',
    });
  }
}

/**
 * The job that the options of `mroptimum snr` describe, as JSON; `parseJob` checks it.
 * @throws MroError MRO_CLI_USAGE where an option would be ignored
 */
export function jobOf(signal: string, options: SnrOptions): unknown {
  checkOptions(options);
  const reconstructor = {
    signal: fileRef(
      signal,
      { axes: options.axes, spacing: options.spacing, variable: options.variable },
      options.multiraid,
    ),
    ...(options.noise !== undefined && { noise: noiseRef(options.noise, options) }),
    decimate: options.decimate ?? false,
    accelerations: options.accelerations,
    acl: options.acl,
    kernelSize: options.kernel,
    sensitivityMap: sensitivityMap(options),
    mask: maskOf(options),
    correction: options.flipAngle
      ? { useCorrection: true, faCorrection: fileRef(options.flipAngle) }
      : { useCorrection: false },
    gfactor: options.gfactor ?? false,
  };
  return {
    task: {
      version: 'v0',
      acquisition: 2,
      type: 'snr',
      id: methodIds[options.method],
      name: options.method,
      options: {
        NR: options.replicas,
        boxSize: options.box,
        seed: options.seed,
        reconstructor: {
          type: 'recon',
          id: reconstructionIds[options.recon],
          name: options.recon,
          options: dropUndefined(reconstructor),
        },
      },
      files: ['signal', ...(options.noise === undefined ? [] : ['noise'])],
    },
    output: {
      coilsensitivity: options.coils ?? false,
      gfactor: options.gfactor ?? false,
      matlab: options.matlab ?? false,
    },
  };
}

function noiseRef(path: string, options: SnrOptions) {
  return fileRef(path, {
    axes: options.noiseAxes,
    noiseScale: options.noiseScale,
    noiseBandwidth: options.noiseBandwidth,
    variable: options.noiseVariable,
  });
}

function fileRef(filename: string, array: object = {}, multiraid = false) {
  return {
    type: 'file',
    options: { type: 'local', filename, vendor: 'auto', multiraid, options: dropUndefined(array) },
  };
}

function sensitivityMap(options: SnrOptions): unknown {
  const { sensitivities, bodyCoil, window, sensitivitiesAxes } = options;
  const name = sensitivities.split(':')[0]!.toLowerCase();
  const source = (path: string) => fileRef(path, { axes: sensitivitiesAxes });
  const chosen =
    bodyCoil !== undefined
      ? { sensitivityMapMethod: 'bodycoil', sensitivityMapSource: source(bodyCoil) }
      : name === 'inner' || name === 'inneracl'
        ? { sensitivityMapMethod: name }
        : name === 'espirit'
          ? { sensitivityMapMethod: 'espirit', ...espiritValues(sensitivities) }
          : {
              sensitivityMapMethod: 'upload',
              loadSensitivity: true,
              sensitivityMapSource: source(sensitivities),
            };
  return {
    type: 'sensitivityMap',
    name: chosen.sensitivityMapMethod,
    options: { ...chosen, window, mask: maskOf(options) },
  };
}

/** "no", "reference", "threshold:V", "percentage:V", "percentagemean:V", "espirit[:k,r,t,c]", else a file. */
function maskOf({ mask, maskAxes }: SnrOptions): unknown {
  const [name = '', value] = mask.split(':');
  const method = name.toLowerCase();
  if (method === 'no' || method === 'reference') return { method };
  if (method === 'espirit') return { method, ...espiritValues(mask) };
  if (['threshold', 'percentage', 'percentagemean'].includes(method)) {
    return { method, ...(value !== undefined && { value: Number(value) }) };
  }
  return { method: 'upload', file: fileRef(mask, { axes: maskAxes }) };
}

function dropUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
