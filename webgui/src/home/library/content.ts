import type { DataFileView } from '@mroptimum/contract';
import { home } from '../../strings/home.ts';

/** What the content of a file is, as the table shows it. */
export interface Content {
  readonly kind: string;
  readonly matrix: string;
  readonly coils: number | undefined;
  readonly slices: number | undefined;
  /** Noise inside, repetitions, acceleration. */
  readonly marks: readonly string[];
}

const formats: Readonly<Record<string, string>> = {
  twix: 'Siemens twix',
  ismrmrd: 'ISMRMRD',
  npy: 'NumPy',
  npz: 'NumPy archive',
  mat: 'MATLAB',
  hdf5: 'HDF5',
  bart: 'BART',
};

/** Reads the summary that the server made of a file's content. */
export function contentOf({ summary = {} }: Pick<DataFileView, 'summary'>): Content {
  const text = (name: string): string => (summary[name] === undefined ? '' : String(summary[name]));
  const number = (name: string): number | undefined =>
    typeof summary[name] === 'number' ? summary[name] : undefined;
  const acceleration = text('acceleration');
  const repetitions = number('repetitions') ?? 1;
  const marks = [
    ...(summary.noise === true ? [home.noiseInside] : []),
    ...(repetitions > 1 ? [home.repetitions(repetitions)] : []),
    ...(/[2-9]|\d\d/.test(acceleration) ? [home.acceleration(acceleration)] : []),
  ];
  return {
    kind: kindOf(text('kind'), text('format'), summary.image === false),
    matrix: text('matrix') || text('shape'),
    coils: number('coils'),
    slices: number('slices'),
    marks,
  };
}

function kindOf(kind: string, format: string, isNoise: boolean): string {
  if (isNoise) return home.noiseScan;
  const name = formats[format.toLowerCase()] ?? format;
  if (name !== '') return name;
  return { raw: home.raw, array: home.array, image: home.image }[kind] ?? '–';
}
