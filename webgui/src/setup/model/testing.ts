import { type ChosenFile, defaultForm, type SetupForm } from './form.ts';

export const file = (filename: string, summary: ChosenFile['summary'] = { kind: 'raw' }): ChosenFile => ({
  id: `id-of-${filename}`,
  filename,
  bucket: 'mroptimum',
  key: `data/me/id-of-${filename}`,
  size: 1000,
  link: `/objects/${filename}`,
  summary,
});

export const library = ['signal.dat', 'noise.dat', 'maps.npy', 'mask.nii.gz', 'angles.nii.gz'].map((name) =>
  file(name, name.endsWith('.npy') ? { kind: 'array', format: 'npy' } : { kind: 'raw' }),
);
export const [signal, noise, maps, mask, angles] = library as [
  ChosenFile,
  ChosenFile,
  ChosenFile,
  ChosenFile,
  ChosenFile,
];

/** A form with its files, ready to be queued. */
export const formWith = (changes: Partial<SetupForm> = {}): SetupForm => ({
  ...defaultForm,
  signal,
  noise,
  ...changes,
});
