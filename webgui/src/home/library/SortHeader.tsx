import { Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { home } from '../../strings/home.ts';
import classes from './Library.module.css';
import type { Column, Sorting } from './sorting.ts';

interface Props {
  readonly column: Column;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

const numbers: ReadonlySet<Column> = new Set(['coils', 'slices', 'size']);
const always: ReadonlySet<Column> = new Set(['name', 'status']);

/** Head of a column: sorts by it, and the other way round at the second time. */
export function SortHeader({ column, sorting, onSort }: Props) {
  const active = sorting.column === column;
  const label = home.columns[column];
  const Arrow = sorting.descending ? IconArrowDown : IconArrowUp;
  const aria = active ? (sorting.descending ? 'descending' : 'ascending') : 'none';
  return (
    <Table.Th
      aria-sort={aria}
      {...(!always.has(column) && { visibleFrom: 'sm' as const })}
      ta={numbers.has(column) ? 'right' : 'left'}
    >
      <UnstyledButton
        className={classes.sort}
        data-active={active || undefined}
        aria-label={home.sortBy(label)}
        onClick={() => onSort({ column, descending: active ? !sorting.descending : column === 'date' })}
      >
        {label}
        {active && <Arrow size={13} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}
