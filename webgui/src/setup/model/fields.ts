import type { NumberField, SetupForm } from './form.ts';

/** Smallest and largest value; whole numbers unless it says otherwise. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly fraction?: true;
  /** The bounds themselves are not allowed. */
  readonly open?: true;
}

interface Field {
  /** Where the field stands in the job: errors of the contract name this path. */
  readonly path: string;
  readonly range?: Range | ((form: SetupForm) => Range);
  /** The number in the form, where the field has a range. */
  readonly value?: (form: SetupForm) => NumberField;
}

const reconstructor = 'task.options.reconstructor.options';
const map = `${reconstructor}.sensitivityMap.options`;
const factor: Range = { min: 1, max: 64 };
const lines: Range = { min: 1, max: 4096 };
const espirit = {
  k: { min: 2, max: 32 },
  r: { min: 4, max: 512 },
  t: { min: 0, max: 1, fraction: true, open: true },
  c: { min: 0, max: 1, fraction: true },
} as const satisfies Record<string, Range>;

const replicas = { pmr: { min: 2, max: 1000 }, cr: { min: 2, max: 100 } } as const;
const maskRanges = {
  threshold: { min: 0, max: Number.MAX_VALUE, fraction: true },
  percentage: { min: 0, max: 100, fraction: true },
  percentagemean: { min: 0, max: Number.MAX_VALUE, fraction: true },
} as const;

const levelOf = ({ mask }: SetupForm): keyof typeof maskRanges =>
  mask.method === 'threshold' || mask.method === 'percentagemean' ? mask.method : 'percentage';

/** Every field of the page: its place in the job and the numbers it takes. */
export const fields = {
  alias: { path: 'alias' },
  signal: { path: `${reconstructor}.signal` },
  multiraid: { path: `${reconstructor}.signal.options.multiraid` },
  noise: { path: `${reconstructor}.noise` },
  'signal.axes': { path: `${reconstructor}.signal.options.options.axes` },
  'signal.variable': { path: `${reconstructor}.signal.options.options.variable` },
  'signal.spacing': { path: `${reconstructor}.signal.options.options.spacing` },
  'noise.axes': { path: `${reconstructor}.noise.options.options.axes` },
  'noise.variable': { path: `${reconstructor}.noise.options.options.variable` },
  'noise.noiseScale': { path: `${reconstructor}.noise.options.options.noiseScale` },
  'noise.noiseBandwidth': { path: `${reconstructor}.noise.options.options.noiseBandwidth` },
  replicas: {
    path: 'task.options.NR',
    range: ({ method }) => (method === 'cr' ? replicas.cr : replicas.pmr),
    value: ({ method, replicas }) => (method === 'cr' ? replicas.cr : replicas.pmr),
  },
  seed: {
    path: 'task.options.seed',
    range: { min: 0, max: 0xffff_ffff },
    value: ({ seed }) => seed,
  },
  box: { path: 'task.options.boxSize', range: { min: 1, max: 20 }, value: ({ box }) => box },
  decimate: { path: `${reconstructor}.decimate` },
  'acceleration.readout': {
    path: `${reconstructor}.accelerations.0`,
    range: factor,
    value: ({ accelerations }) => accelerations[0],
  },
  'acceleration.phase': {
    path: `${reconstructor}.accelerations.1`,
    range: factor,
    value: ({ accelerations }) => accelerations[1],
  },
  'acl.readout.all': { path: `${reconstructor}.acl.0.all` },
  'acl.phase.all': { path: `${reconstructor}.acl.1.all` },
  'acl.readout': { path: `${reconstructor}.acl.0`, range: lines, value: ({ acl }) => acl[0].lines },
  'acl.phase': { path: `${reconstructor}.acl.1`, range: lines, value: ({ acl }) => acl[1].lines },
  'kernel.readout': {
    path: `${reconstructor}.kernelSize.0`,
    range: factor,
    value: ({ kernel }) => kernel[0],
  },
  'kernel.phase': { path: `${reconstructor}.kernelSize.1`, range: factor, value: ({ kernel }) => kernel[1] },
  'sensitivities.method': { path: `${map}.sensitivityMapMethod` },
  'sensitivities.window': { path: `${map}.window` },
  'sensitivities.k': {
    path: `${map}.k`,
    range: espirit.k,
    value: ({ sensitivities }) => sensitivities.espirit.k,
  },
  'sensitivities.r': {
    path: `${map}.r`,
    range: espirit.r,
    value: ({ sensitivities }) => sensitivities.espirit.r,
  },
  'sensitivities.t': {
    path: `${map}.t`,
    range: espirit.t,
    value: ({ sensitivities }) => sensitivities.espirit.t,
  },
  'sensitivities.c': {
    path: `${map}.c`,
    range: espirit.c,
    value: ({ sensitivities }) => sensitivities.espirit.c,
  },
  'sensitivities.source': { path: `${map}.sensitivityMapSource` },
  'sensitivities.axes': { path: `${map}.sensitivityMapSource.options.options.axes` },
  'mask.method': { path: `${reconstructor}.mask.method` },
  'mask.value': {
    path: `${reconstructor}.mask.value`,
    range: (form) => maskRanges[levelOf(form)],
    value: (form) => form.mask[levelOf(form)],
  },
  'mask.k': { path: `${reconstructor}.mask.k`, range: espirit.k, value: ({ mask }) => mask.espirit.k },
  'mask.r': { path: `${reconstructor}.mask.r`, range: espirit.r, value: ({ mask }) => mask.espirit.r },
  'mask.t': { path: `${reconstructor}.mask.t`, range: espirit.t, value: ({ mask }) => mask.espirit.t },
  'mask.c': { path: `${reconstructor}.mask.c`, range: espirit.c, value: ({ mask }) => mask.espirit.c },
  'mask.file': { path: `${reconstructor}.mask.file` },
  'mask.axes': { path: `${reconstructor}.mask.file.options.options.axes` },
  'flipAngle.use': { path: `${reconstructor}.correction.useCorrection` },
  'flipAngle.file': { path: `${reconstructor}.correction.faCorrection` },
  'output.coilsensitivity': { path: 'output.coilsensitivity' },
  'output.gfactor': { path: 'output.gfactor' },
  'output.matlab': { path: 'output.matlab' },
} as const satisfies Record<string, Field>;

export type FieldId = keyof typeof fields;
export const fieldIds = Object.keys(fields) as readonly FieldId[];

/** The numbers that a field takes with the settings as they are; undefined for other fields. */
export function rangeOf(id: FieldId, form: SetupForm): Range | undefined {
  const { range }: Field = fields[id];
  return typeof range === 'function' ? range(form) : range;
}

/** The number that a field holds; undefined for fields that hold none. */
export function numberOf(id: FieldId, form: SetupForm): NumberField | undefined {
  const field: Field = fields[id];
  return field.value?.(form);
}

/**
 * The field that a path of the job belongs to: the longest one that the path begins with. The mask stands
 * with the sensitivities where there are some.
 */
export function fieldAt(path: string): FieldId | undefined {
  const plain = path.replace(`${map}.mask`, `${reconstructor}.mask`);
  return fieldIds
    .filter((id) => plain === fields[id].path || plain.startsWith(`${fields[id].path}.`))
    .sort((one, other) => fields[other].path.length - fields[one].path.length)[0];
}
