import type { Job, Mask, Reconstructor, SensitivityMap, Task } from '@mroptimum/contract';
import { defaultSettings, type EspiritSettings, type MaskSettings, type SnrSettings } from '@mroptimum/snr';

/** Replicas where the task states none: σ of pmr within 7.1 %; cr gains its samples from the box. */
const defaultReplicas = { pmr: 100, cr: 6 } as const;

/**
 * What the science is told, from what the task says. Everything the task leaves open gets the default of
 * `@mroptimum/snr`; the output flags decide which maps beside SNR are handed out.
 */
export function taskToSettings(
  task: Task,
  output: Pick<Job['output'], 'gfactor' | 'coilsensitivity'>,
): SnrSettings {
  const reconstructor = task.options.reconstructor;
  const { options } = reconstructor;
  const sensitivityMap = options.sensitivityMap?.options;
  return {
    ...defaultSettings,
    method: task.name,
    reconstruction: reconstructor.name,
    replicas: task.options.NR ?? (task.name === 'cr' ? defaultReplicas.cr : defaultReplicas.pmr),
    box: task.options.boxSize ?? defaultSettings.box,
    seed: task.options.seed ?? defaultSettings.seed,
    decimate: options.decimate,
    ...(options.accelerations && { accelerations: options.accelerations }),
    acl: options.acl ?? defaultSettings.acl,
    kernel: options.kernelSize ?? defaultSettings.kernel,
    sensitivities: sensitivityMap ? sensitivitySettings(sensitivityMap) : defaultSettings.sensitivities,
    mask: maskSettings(maskOf(reconstructor)),
    gFactor: output.gfactor && (reconstructor.name === 'sense' || reconstructor.name === 'grappa'),
    keepSensitivities: output.coilsensitivity,
  };
}

/** The task's object mask: that of the sensitivities, else the one beside them. */
export function maskOf({ options }: Reconstructor): Mask {
  return options.sensitivityMap?.options.mask ?? options.mask ?? { method: 'no' };
}

function sensitivitySettings(options: SensitivityMap['options']): SnrSettings['sensitivities'] {
  const method = options.sensitivityMapMethod;
  return {
    method: method === 'upload' ? 'external' : method,
    window: options.window,
    espirit: espiritSettings(options),
  };
}

function maskSettings(mask: Mask): MaskSettings {
  switch (mask.method) {
    case 'threshold':
    case 'percentage':
    case 'percentagemean':
      return { method: mask.method, value: mask.value };
    case 'espirit':
      return { method: 'espirit', ...espiritSettings(mask) };
    default:
      return { method: mask.method };
  }
}

function espiritSettings(given: Partial<EspiritSettings>): EspiritSettings {
  const defaults = defaultSettings.sensitivities.espirit;
  return {
    k: given.k ?? defaults.k,
    r: given.r ?? defaults.r,
    t: given.t ?? defaults.t,
    c: given.c ?? defaults.c,
  };
}
