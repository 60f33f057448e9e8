import { Select } from '@mantine/core';
import { firstCoilSensitivityId } from '@mroptimum/contract';
import { useRef } from 'react';
import { viewer } from '../../strings/viewer.ts';
import type { ResultMap } from '../model/source.ts';

interface Props {
  readonly maps: readonly ResultMap[];
  readonly value: number;
  readonly label?: string;
  readonly width?: number;
  readonly onChange: (id: number) => void;
}

/** Chooses a map of a result; maps are grouped by what they are. */
export function MapSelect({ maps, value, label = viewer.map, width = 230, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const groups = Object.entries(viewer.mapTypes)
    .map(([kind, group]) => ({
      group,
      items: maps
        .filter((map) => kindOf(map) === kind)
        .map(({ id, name }) => ({ value: String(id), label: name })),
    }))
    .filter(({ items }) => items.length > 0);
  return (
    <Select
      aria-label={label}
      data={groups}
      value={String(value)}
      allowDeselect={false}
      searchable={maps.length > 8}
      maxDropdownHeight={420}
      w={{ base: '100%', xs: width }}
      size="xs"
      ref={input}
      onChange={(next) => {
        if (next === null) return;
        onChange(Number(next));
        // Keys of the viewer would be typed into the field, which is searched by them.
        requestAnimationFrame(() => input.current?.blur());
      }}
    />
  );
}

const kindOf = ({ id, type }: ResultMap): string =>
  id >= firstCoilSensitivityId ? 'coil' : type in viewer.mapTypes ? type : 'accessory';
