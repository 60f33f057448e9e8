import { applicationName, methodIds, reconstructionIds } from '@mroptimum/contract';
import type { ChosenFile, EspiritFields, NumberField, SetupForm } from './form.ts';
import { isMultiraid, isVisible, sensitivityMethodOf, usesSensitivities } from './visibility.ts';

/** Where a job is to run: one computing unit, or the best of a mode, or whatever the server prefers. */
export interface Destination {
  readonly unit?: string;
  readonly mode?: string;
}

type Fields = Record<string, unknown>;

/**
 * The request that queues the job, as it is shown and as it is sent. A field that the method, the
 * reconstruction or another choice makes meaningless is not in it.
 */
export function requestOf(form: SetupForm, { unit, mode }: Destination = {}): Fields {
  return {
    version: 'v0',
    application: applicationName,
    alias: aliasOf(form),
    ...(unit !== undefined ? { computing_unit_id: unit } : mode !== undefined ? { mode } : {}),
    task: taskOf(form),
    output: outputOf(form),
  };
}

/** The name of the job: the user's, else signal, method and reconstruction. */
export function aliasOf(form: SetupForm): string {
  const given = form.alias.trim();
  if (given !== '') return given;
  const stem = (form.signal?.filename ?? 'job').replace(/\.[^.]*$/, '');
  return `${stem}-${form.method}-${form.reconstruction}`;
}

function taskOf(form: SetupForm): Fields {
  const shown = (id: Parameters<typeof isVisible>[0]): boolean => isVisible(id, form);
  const noise = shown('noise') ? form.noise : undefined;
  return {
    version: 'v0',
    acquisition: 2,
    type: 'snr',
    id: methodIds[form.method],
    name: form.method,
    options: {
      ...(shown('replicas') && {
        NR: stated(form.method === 'cr' ? form.replicas.cr : form.replicas.pmr),
        seed: stated(form.seed),
      }),
      ...(shown('box') && { boxSize: stated(form.box) }),
      reconstructor: {
        type: 'recon',
        id: reconstructionIds[form.reconstruction],
        name: form.reconstruction,
        options: reconstructorOptions(form),
      },
    },
    files: ['signal', ...(noise === undefined ? [] : ['noise'])],
  };
}

function reconstructorOptions(form: SetupForm): Fields {
  const shown = (id: Parameters<typeof isVisible>[0]): boolean => isVisible(id, form);
  const noise = shown('noise') ? form.noise : undefined;
  return {
    ...(form.signal && { signal: fileRef(form.signal, signalArray(form), isMultiraid(form)) }),
    ...(noise && { noise: fileRef(noise, noiseArray(form)) }),
    ...(shown('decimate') && { decimate: form.decimate }),
    ...(shown('acceleration.phase') && { accelerations: form.accelerations.map((factor) => stated(factor)) }),
    ...(shown('acl.phase.all') && {
      acl: form.acl.map(({ all, lines }) => (all ? null : stated(lines, 'none'))),
    }),
    ...(shown('kernel.phase') && { kernelSize: form.kernel.map((size) => stated(size)) }),
    ...(usesSensitivities(form) ? { sensitivityMap: sensitivityMap(form) } : { mask: maskOf(form) }),
    correction: form.flipAngle.use
      ? { useCorrection: true, ...(form.flipAngle.file && { faCorrection: fileRef(form.flipAngle.file) }) }
      : { useCorrection: false },
    gfactor: outputOf(form).gfactor,
  };
}

function sensitivityMap(form: SetupForm): Fields {
  const method = sensitivityMethodOf(form);
  const { window, espirit, source, axes } = form.sensitivities;
  return {
    type: 'sensitivityMap',
    name: method,
    options: {
      sensitivityMapMethod: method,
      loadSensitivity: method === 'upload',
      ...(isVisible('sensitivities.window', form) && { window }),
      ...(isVisible('sensitivities.k', form) && espiritOf(espirit)),
      ...(isVisible('sensitivities.source', form) &&
        source && {
          sensitivityMapSource: fileRef(source, isVisible('sensitivities.axes', form) ? text({ axes }) : {}),
        }),
      mask: maskOf(form),
    },
  };
}

function maskOf(form: SetupForm): Fields {
  const { mask } = form;
  const { method } = mask;
  switch (method) {
    case 'threshold':
    case 'percentage':
    case 'percentagemean':
      return { method, value: stated(mask[method]) };
    case 'espirit':
      return { method, ...espiritOf(mask.espirit) };
    case 'upload':
      return {
        method,
        ...(mask.file && {
          file: fileRef(mask.file, isVisible('mask.axes', form) ? text({ axes: mask.axes }) : {}),
        }),
      };
    default:
      return { method };
  }
}

const espiritOf = ({ k, r, t, c }: EspiritFields): Fields => ({
  k: stated(k),
  r: stated(r),
  t: stated(t),
  c: stated(c),
});

function outputOf(form: SetupForm): { coilsensitivity: boolean; gfactor: boolean; matlab: boolean } {
  const { coilsensitivity, gfactor, matlab } = form.output;
  return {
    coilsensitivity: coilsensitivity && isVisible('output.coilsensitivity', form),
    gfactor: gfactor && isVisible('output.gfactor', form),
    matlab,
  };
}

function signalArray(form: SetupForm): Fields {
  const { axes, variable, spacing } = form.signalArray;
  const millimetres = spacing.split(/[\s,;x×]+/).filter((part) => part !== '');
  return {
    ...(isVisible('signal.axes', form) && text({ axes })),
    ...(isVisible('signal.variable', form) && text({ variable })),
    ...(isVisible('signal.spacing', form) && millimetres.length > 0 && { spacing: millimetres.map(Number) }),
  };
}

function noiseArray(form: SetupForm): Fields {
  const { axes, variable, noiseScale, noiseBandwidth } = form.noiseArray;
  return {
    ...(isVisible('noise.axes', form) && text({ axes })),
    ...(isVisible('noise.variable', form) && text({ variable })),
    ...(isVisible('noise.noiseScale', form) && noiseScale !== '' && { noiseScale }),
    ...(isVisible('noise.noiseBandwidth', form) && noiseBandwidth !== '' && { noiseBandwidth }),
  };
}

function fileRef(file: ChosenFile, array: Fields = {}, multiraid = false): Fields {
  const { id, filename, bucket, key } = file;
  return {
    type: 'file',
    id,
    options: { type: 's3', filename, vendor: 'auto', multiraid, bucket, key, options: array },
  };
}

/** An emptied field is sent as null, so that the contract says what it misses; never as a silent default. */
const stated = (value: NumberField, missing: null | string = null): number | string | null =>
  value === '' ? missing : value;

/** The texts that say something. */
const text = (values: Record<string, string>): Fields =>
  Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
