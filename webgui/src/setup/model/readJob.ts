import {
  type FileRef,
  fileLabel,
  isAbsentFile,
  type Job,
  type Mask,
  type SensitivityMap,
  settingsWithFiles,
} from '@mroptimum/contract';
import {
  type ChosenFile,
  defaultForm,
  type EspiritFields,
  type NumberField,
  type SetupForm,
} from './form.ts';
import type { Destination } from './request.ts';

/** What an imported job says, in terms of the page. */
export interface ReadJob {
  readonly form: SetupForm;
  readonly destination: Destination;
  /** What could not be taken over, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Reads a job or task (text or JSON), or a preset, of which the files are missing, into the form.
 *
 * @param library the user's files, among which those of the job are looked for
 * @throws MroError as `parseJob`
 */
export function readJob(json: unknown, library: readonly ChosenFile[]): ReadJob {
  const job = settingsWithFiles(taskOfResult(json));
  const { reconstructor } = job.task.options;
  const { options } = reconstructor;
  const notes: string[] = [];
  const find = (file: FileRef | undefined, what: string): ChosenFile | undefined => {
    if (file === undefined || isAbsentFile(file)) return undefined;
    const found = inLibrary(file, library);
    if (!found) notes.push(`${what}: ${fileLabel(file)} is not in your library; choose the file.`);
    return found;
  };
  if (options.accelerations && !options.decimate) {
    notes.push('The accelerations were left out: without decimation they are found in the data.');
  }
  const { name } = job.task;
  const { NR, boxSize, seed } = job.task.options;
  const form: SetupForm = {
    ...defaultForm,
    alias: job.alias,
    signal: find(options.signal, 'Signal'),
    signalArray: {
      ...defaultForm.signalArray,
      ...arrayText(options.signal),
      spacing: options.signal.options.options.spacing?.join(', ') ?? '',
    },
    multiraid: options.signal.options.multiraid,
    noise: find(options.noise, 'Noise'),
    noiseArray: options.noise ? noiseFields(options.noise) : defaultForm.noiseArray,
    method: name,
    reconstruction: reconstructor.name,
    replicas: {
      pmr: (name === 'pmr' ? NR : undefined) ?? defaultForm.replicas.pmr,
      cr: (name === 'cr' ? NR : undefined) ?? defaultForm.replicas.cr,
    },
    box: boxSize ?? defaultForm.box,
    seed: seed ?? defaultForm.seed,
    decimate: options.decimate,
    accelerations: options.decimate ? (options.accelerations ?? [1, 1]) : defaultForm.accelerations,
    acl: [linesOf(options.acl?.[0]), linesOf(options.acl?.[1])],
    kernel: options.kernelSize ?? defaultForm.kernel,
    sensitivities: sensitivitiesOf(options.sensitivityMap, find),
    mask: maskOf(options.sensitivityMap?.options.mask ?? options.mask, find),
    flipAngle: {
      use: options.correction?.useCorrection ?? false,
      file: find(options.correction?.faCorrection, 'Flip-angle map'),
    },
    output: {
      coilsensitivity: job.output.coilsensitivity,
      gfactor: job.output.gfactor,
      matlab: job.output.matlab,
    },
  };
  return { form, destination: destinationOf(job), notes };
}

/** The task inside the info.json of a result; anything else as it is, for `parseJob` to judge. */
function taskOfResult(json: unknown): unknown {
  if (typeof json === 'string') {
    try {
      return taskOfResult(JSON.parse(json));
    } catch {
      return json;
    }
  }
  const { headers } = (json ?? {}) as { headers?: { options?: unknown } };
  return headers?.options ?? json;
}

type Find = (file: FileRef | undefined, what: string) => ChosenFile | undefined;

function inLibrary({ id, options }: FileRef, library: readonly ChosenFile[]): ChosenFile | undefined {
  return (
    library.find((file) => file.id === id || (options.key !== undefined && file.key === options.key)) ??
    only(library.filter((file) => file.filename === options.filename))
  );
}

/** A name that several files bear names none of them. */
const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);

function sensitivitiesOf(map: SensitivityMap | undefined, find: Find): SetupForm['sensitivities'] {
  if (!map) return defaultForm.sensitivities;
  const { sensitivityMapMethod, window, sensitivityMapSource } = map.options;
  return {
    method: sensitivityMapMethod,
    window,
    espirit: espiritOf(map.options),
    source: find(sensitivityMapSource, 'Coil sensitivities'),
    axes: sensitivityMapSource?.options.options.axes ?? '',
  };
}

function maskOf(mask: Mask | undefined, find: Find): SetupForm['mask'] {
  const base = defaultForm.mask;
  if (mask === undefined) return base;
  switch (mask.method) {
    case 'threshold':
    case 'percentage':
    case 'percentagemean':
      return { ...base, method: mask.method, [mask.method]: mask.value };
    case 'espirit':
      return { ...base, method: 'espirit', espirit: espiritOf(mask) };
    case 'upload':
      return {
        ...base,
        method: 'upload',
        file: find(mask.file, 'Mask'),
        axes: mask.file.options.options.axes ?? '',
      };
    default:
      return { ...base, method: mask.method };
  }
}

function espiritOf(given: { k?: number; r?: number; t?: number; c?: number }): EspiritFields {
  const { k, r, t, c } = defaultForm.mask.espirit;
  return { k: given.k ?? k, r: given.r ?? r, t: given.t ?? t, c: given.c ?? c };
}

const linesOf = (lines: number | null | undefined): { all: boolean; lines: NumberField } =>
  lines === null || lines === undefined ? defaultForm.acl[0] : { all: false, lines };

const arrayText = (file: FileRef): { axes: string; variable: string } => ({
  axes: file.options.options.axes ?? '',
  variable: file.options.options.variable ?? '',
});

function noiseFields(file: FileRef): SetupForm['noiseArray'] {
  const { noiseScale, noiseBandwidth } = file.options.options;
  return {
    ...arrayText(file),
    noiseScale: noiseScale ?? '',
    noiseBandwidth: noiseBandwidth ?? '',
    spacing: '',
  };
}

/** Where the job ran, as clients have written it beside the task or into it. */
function destinationOf(job: Job): Destination {
  const unit = job.computing_unit_id ?? job.task.computing_unit_id;
  const mode = job.mode ?? job.task.mode;
  return {
    ...(typeof unit === 'string' && { unit }),
    ...(typeof mode === 'string' && { mode }),
  };
}
