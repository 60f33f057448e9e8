import { Select, Stack, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RoiEditor } from '../roi/editor.ts';
import { voxelsOf } from '../roi/model/mask.ts';
import { differenceSnr } from '../roi/model/statistics.ts';
import { Plot } from '../roi/Plot.tsx';
import { compare } from '../strings/compare.ts';
import { readable } from '../viewer/model/format.ts';
import { useStore } from '../viewer/state/store.ts';
import { agreement, pairsOf, thinned } from './model/agreement.ts';

interface Props {
  readonly a: Float32Array;
  /** On the voxels of A. */
  readonly b: Float32Array;
  readonly editor: RoiEditor;
}

const dots = '#389fbb';

/** How well two maps agree, in a region or everywhere: Bland–Altman, scatter, and the numbers. */
export function AgreementPanel({ a, b, editor }: Props) {
  const drawing = useStore(editor.store, (state) => state.drawing);
  const version = useStore(editor.store, (state) => state.version);
  const [where, setWhere] = useState('all');
  const voxels = useMemo(
    () => (where === 'all' ? measured(a, b) : voxelsOf(drawing.labels, [Number(where)])),
    [a, b, where, drawing, version],
  );
  const { found, altman, scatter, levels } = useMemo(() => plots(a, b, voxels), [a, b, voxels]);
  const rows = [
    [compare.voxels, String(found.count)],
    [compare.bias, readable(found.bias)],
    [compare.limits, `${readable(found.limits[0])} … ${readable(found.limits[1])}`],
    [compare.correlation, readable(found.correlation)],
    [compare.concordance, readable(found.concordance)],
    [compare.difference, readable(differenceSnr(a, b, voxels))],
  ] as const;
  return (
    <Stack gap="sm">
      <Select
        size="xs"
        label={compare.where}
        value={where}
        allowDeselect={false}
        onChange={(value) => value && setWhere(value)}
        data={[
          { value: 'all', label: compare.everywhere },
          ...drawing.list.map(({ value, name }) => ({ value: String(value), label: name })),
        ]}
      />
      <Table fz="xs" verticalSpacing={3} data-testid="agreement">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th
                fw={400}
                c="dimmed"
                title={name === compare.difference ? compare.differenceHint : undefined}
              >
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" fw={600}>
        {compare.blandAltman}
      </Text>
      <Plot
        label={compare.blandAltman}
        x={altman.x}
        series={altman.series}
        levels={levels}
        xLabel={compare.mean}
        height={220}
      />
      <Text size="sm" fw={600}>
        {compare.scatter}
      </Text>
      <Plot label={compare.scatter} x={scatter.x} series={scatter.series} xLabel={compare.a} height={220} />
    </Stack>
  );
}

/** Voxels that both maps have a value for. */
function measured(a: Float32Array, b: Float32Array): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== 0 && b[i] !== 0 && Number.isFinite(a[i]!) && Number.isFinite(b[i]!)) found.push(i);
  }
  return Uint32Array.from(found);
}

function plots(a: Float32Array, b: Float32Array, voxels: Uint32Array) {
  const pairs = pairsOf(a, b, voxels);
  const found = agreement(pairs);
  const points = thinned(pairs);
  const sorted = (x: Float64Array, y: Float64Array) => {
    const order = Array.from(x, (_, i) => i).sort((p, q) => x[p]! - x[q]!);
    return {
      x: Float64Array.from(order, (i) => x[i]!),
      series: [{ label: '', colour: dots, points: true, values: Float64Array.from(order, (i) => y[i]!) }],
    };
  };
  const mean = points.a.map((value, i) => (value + points.b[i]!) / 2);
  const difference = points.a.map((value, i) => value - points.b[i]!);
  return {
    found,
    altman: sorted(mean, difference),
    scatter: sorted(points.a, points.b),
    levels: [
      { value: found.bias, label: compare.bias },
      { value: found.limits[0], label: compare.lower },
      { value: found.limits[1], label: compare.upper },
    ],
  };
}
