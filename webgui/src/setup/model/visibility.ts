import type { ReconstructionName } from '@mroptimum/contract';
import type { FieldId } from './fields.ts';
import type { ChosenFile, SensitivityMethod, SetupForm } from './form.ts';

const ways: Readonly<Record<ReconstructionName, readonly SensitivityMethod[]>> = {
  rss: [],
  b1: ['inner', 'innerACL', 'espirit', 'upload', 'bodycoil'],
  sense: ['inner', 'innerACL', 'espirit', 'upload', 'bodycoil'],
  // "inner" means here: combined by root-sum-of-squares, without sensitivities.
  grappa: ['inner', 'espirit', 'upload', 'bodycoil'],
};

/** The ways to sensitivities that a reconstruction offers. */
export const sensitivityMethodsOf = (reconstruction: ReconstructionName): readonly SensitivityMethod[] =>
  ways[reconstruction];

/** The chosen way, or the usual one where this reconstruction does not offer it. */
export function sensitivityMethodOf({ reconstruction, sensitivities }: SetupForm): SensitivityMethod {
  return ways[reconstruction].includes(sensitivities.method) ? sensitivities.method : 'inner';
}

/** Whether coil sensitivities take part at all. */
export const usesSensitivities = (form: SetupForm): boolean =>
  form.reconstruction === 'b1' ||
  form.reconstruction === 'sense' ||
  (form.reconstruction === 'grappa' && sensitivityMethodOf(form) !== 'inner');

const isArray = (file: ChosenFile | undefined): boolean =>
  file?.summary.kind === 'array' ||
  (file?.summary.kind === undefined && /\.(npy|npz|mat|cfl)$/i.test(file?.filename ?? ''));
const hasVariables = (file: ChosenFile | undefined): boolean => /\.(npz|mat)$/i.test(file?.filename ?? '');

/** Rules one by one: a field is shown, checked and sent where its rule says so. */
const rules: Readonly<Record<FieldId, (form: SetupForm) => boolean>> = {
  alias: () => true,
  signal: () => true,
  multiraid: ({ signal }) => !isArray(signal),
  noise: (form) => !isMultiraid(form),
  'signal.axes': ({ signal }) => isArray(signal),
  'signal.variable': ({ signal }) => isArray(signal) && hasVariables(signal),
  'signal.spacing': ({ signal }) => isArray(signal),
  'noise.axes': (form) => hasNoise(form) && isArray(form.noise),
  'noise.variable': (form) => hasNoise(form) && isArray(form.noise) && hasVariables(form.noise),
  'noise.noiseScale': (form) => hasNoise(form) && isArray(form.noise),
  'noise.noiseBandwidth': (form) => hasNoise(form) && isArray(form.noise),
  replicas: ({ method }) => method === 'pmr' || method === 'cr',
  seed: ({ method }) => method === 'pmr' || method === 'cr',
  box: ({ method }) => method === 'cr' || method === 'di',
  decimate: ({ reconstruction }) => reconstruction === 'sense' || reconstruction === 'grappa',
  'acceleration.phase': (form) => isDecimated(form),
  'acceleration.readout': (form) => isDecimated(form),
  'acl.phase.all': (form) => hasCalibrationBlock(form),
  'acl.readout.all': (form) => hasCalibrationBlock(form),
  'acl.phase': (form) => hasCalibrationBlock(form) && !form.acl[1].all,
  'acl.readout': (form) => hasCalibrationBlock(form) && !form.acl[0].all,
  'kernel.readout': ({ reconstruction }) => reconstruction === 'grappa',
  'kernel.phase': ({ reconstruction }) => reconstruction === 'grappa',
  'sensitivities.method': ({ reconstruction }) => reconstruction !== 'rss',
  'sensitivities.window': (form) =>
    usesSensitivities(form) && ['inner', 'innerACL', 'bodycoil'].includes(sensitivityMethodOf(form)),
  'sensitivities.k': (form) => estimatesByEspirit(form),
  'sensitivities.r': (form) => estimatesByEspirit(form),
  'sensitivities.t': (form) => estimatesByEspirit(form),
  'sensitivities.c': (form) => estimatesByEspirit(form),
  'sensitivities.source': (form) => hasSource(form),
  'sensitivities.axes': (form) => hasSource(form) && isArray(form.sensitivities.source),
  'mask.method': () => true,
  'mask.value': ({ mask }) => ['threshold', 'percentage', 'percentagemean'].includes(mask.method),
  'mask.k': ({ mask }) => mask.method === 'espirit',
  'mask.r': ({ mask }) => mask.method === 'espirit',
  'mask.t': ({ mask }) => mask.method === 'espirit',
  'mask.c': ({ mask }) => mask.method === 'espirit',
  'mask.file': ({ mask }) => mask.method === 'upload',
  'mask.axes': ({ mask }) => mask.method === 'upload' && isArray(mask.file),
  'flipAngle.use': () => true,
  'flipAngle.file': ({ flipAngle }) => flipAngle.use,
  'output.coilsensitivity': (form) => usesSensitivities(form),
  'output.gfactor': ({ reconstruction }) => reconstruction === 'sense' || reconstruction === 'grappa',
  'output.matlab': () => true,
};

/** Whether a field means anything with the settings as they are. */
export const isVisible = (field: FieldId, form: SetupForm): boolean => rules[field](form);

/** The noise is inside the signal file, as far as the file is of a kind that can hold it. */
export const isMultiraid = (form: SetupForm): boolean => form.multiraid && rules.multiraid(form);

const hasNoise = (form: SetupForm): boolean => form.noise !== undefined && !isMultiraid(form);
const isDecimated = (form: SetupForm): boolean => form.decimate && rules.decimate(form);
const estimatesByEspirit = (form: SetupForm): boolean =>
  usesSensitivities(form) && sensitivityMethodOf(form) === 'espirit';
const hasSource = (form: SetupForm): boolean =>
  usesSensitivities(form) && ['upload', 'bodycoil'].includes(sensitivityMethodOf(form));

/** Where a block of calibration lines is cut out of complete data. */
const hasCalibrationBlock = (form: SetupForm): boolean =>
  isDecimated(form) || (usesSensitivities(form) && sensitivityMethodOf(form) === 'innerACL');

/**
 * Without decimation, or with an acceleration of 1 × 1, SENSE and GRAPPA take the data to be undersampled by the
 * scanner.
 */
export const assumesUndersampled = (form: SetupForm): boolean =>
  rules.decimate(form) && (!form.decimate || form.accelerations.every((factor) => factor === 1));
