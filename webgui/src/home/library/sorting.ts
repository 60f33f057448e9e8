import type { DataFileView } from '@mroptimum/contract';
import { contentOf } from './content.ts';

export const columns = ['name', 'kind', 'matrix', 'coils', 'slices', 'size', 'date', 'status'] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

const sortValue: Readonly<Record<Column, (file: DataFileView) => string | number>> = {
  name: ({ filename }) => filename,
  kind: (file) => contentOf(file).kind,
  matrix: (file) => contentOf(file).matrix,
  coils: (file) => contentOf(file).coils ?? -1,
  slices: (file) => contentOf(file).slices ?? -1,
  size: ({ size }) => size,
  date: ({ created_at }) => Date.parse(created_at),
  status: ({ status }) => status,
};

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The files that match every word of the search, sorted. */
export function arrange(files: readonly DataFileView[], search: string, sorting: Sorting): DataFileView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = (file: DataFileView): string => {
    const { kind, matrix, marks } = contentOf(file);
    return [file.filename, kind, matrix, ...marks].join(' ').toLowerCase();
  };
  const value = sortValue[sorting.column];
  const sign = sorting.descending ? -1 : 1;
  return files
    .filter((file) => words.every((word) => textOf(file).includes(word)))
    .toSorted((a, b) => {
      const [one, other] = [value(a), value(b)];
      const order =
        typeof one === 'number' && typeof other === 'number'
          ? one - other
          : collator.compare(String(one), String(other));
      return sign * order;
    });
}
