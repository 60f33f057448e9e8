import type { MaskSettings } from '@mroptimum/snr';
import type { ChosenFile, EspiritFields, SetupForm } from '../model/form.ts';
import { problemsOf } from '../model/problems.ts';
import { isMultiraid, isVisible } from '../model/visibility.ts';
import type { PreviewFile, PreviewRequest } from './messages.ts';

/** Files that are read without being asked, and at all: their headers lie all over them. */
export const sizes = { unasked: 64e6, most: 600e6 } as const;

/** The preview that the form asks for; undefined where a setting of it is missing or wrong. */
export function previewRequest(form: SetupForm, slice: number | undefined): PreviewRequest | undefined {
  const { signal, signalArray, noise, noiseArray, sensitivities } = form;
  const mask = maskSettings(form);
  if (!signal || !mask) return undefined;
  const { fields } = problemsOf(form);
  if (Object.keys(fields).some((id) => /^(mask|acl|signal|noise)\b/.test(id))) return undefined;
  const other = noise && !isMultiraid(form) && noise.size <= sizes.most ? noise : undefined;
  const arrayNoise = isVisible('noise.noiseScale', form);
  const { noiseScale, noiseBandwidth } = noiseArray;
  return {
    signal: fileOf(signal, signalArray),
    noise: other && fileOf(other, arrayNoise ? noiseArray : { axes: '', variable: '' }),
    noiseScale: arrayNoise && noiseScale !== '' ? noiseScale : undefined,
    noiseBandwidth: arrayNoise && noiseBandwidth !== '' ? noiseBandwidth : undefined,
    slice,
    mask,
    window: isVisible('sensitivities.window', form) ? sensitivities.window : 'hann',
    acl: isVisible('acl.phase.all', form)
      ? (form.acl.map(({ all, lines }) => (all || lines === '' ? null : lines)) as [
          number | null,
          number | null,
        ])
      : undefined,
  };
}

const fileOf = (
  { id, filename, size, link }: ChosenFile,
  { axes, variable }: { axes: string; variable: string },
): PreviewFile => ({ id, name: filename, size, link, axes: axes.trim(), variable: variable.trim() });

function maskSettings({ mask }: SetupForm): MaskSettings | undefined {
  switch (mask.method) {
    case 'reference':
      return { method: 'reference' };
    case 'threshold':
    case 'percentage':
    case 'percentagemean': {
      const value = mask[mask.method];
      return value === '' ? undefined : { method: mask.method, value };
    }
    case 'espirit':
      return isComplete(mask.espirit) ? { method: 'espirit', ...mask.espirit } : undefined;
    default:
      return undefined;
  }
}

const isComplete = (fields: EspiritFields): fields is { k: number; r: number; t: number; c: number } =>
  Object.values(fields).every((value) => value !== '');
