import { NativeSelect } from '@mantine/core';
import { modeOf } from '@mroptimum/contract';
import { setup } from '../../strings/setup.ts';
import { useUnits } from '../library.ts';
import { useSetup } from '../state.tsx';

const modes = ['local', 'mode1', 'mode2'] as const;

/** Which computing unit, or which kind of one. */
export function Destination() {
  const { destination, decide } = useSetup();
  const units = useUnits().data ?? [];
  const known = units.filter(({ status }) => status !== 'disabled');
  const offered = modes.filter((mode) => known.some((unit) => unit.mode === mode));
  const { unit, mode } = destination;
  const named = known.some(({ computingUnitId }) => computingUnitId === unit);
  const kind = mode === undefined ? undefined : modeOf(mode);
  const value = named ? `unit ${unit}` : kind && offered.includes(kind) ? `mode ${kind}` : '';
  return (
    <NativeSelect
      label={setup.where}
      value={value}
      onChange={(event) => {
        const [what, ...rest] = event.currentTarget.value.split(' ');
        const chosen = rest.join(' ');
        decide({ destination: what === 'unit' ? { unit: chosen } : what === 'mode' ? { mode: chosen } : {} });
      }}
      data={[
        { value: '', label: setup.anywhere },
        ...offered.map((name) => ({ value: `mode ${name}`, label: setup[name] })),
        ...known.map(({ computingUnitId, alias }) => ({ value: `unit ${computingUnitId}`, label: alias })),
      ]}
    />
  );
}
