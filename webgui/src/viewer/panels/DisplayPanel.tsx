import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  RangeSlider,
  Select,
  Slider,
  Stack,
  Text,
} from '@mantine/core';
import { IconContrast } from '@tabler/icons-react';
import { viewer } from '../../strings/viewer.ts';
import { colourMapNames, cssGradient } from '../model/colours.ts';
import { readable } from '../model/format.ts';
import type { ResultMap } from '../model/source.ts';
import type { Component } from '../model/volume.ts';
import { type DisplayStore, resetContrast } from '../state/display.ts';
import { colourField, type Shown, setWindow, windowOf } from '../state/shown.ts';
import { useFields, useStore } from '../state/store.ts';

interface Props {
  readonly display: DisplayStore;
  readonly shown: Shown;
  /** Maps that can lie below this one. */
  readonly underlays: readonly ResultMap[];
}

const components: readonly Component[] = ['magnitude', 'real', 'imaginary', 'phase'];
/** Steps of the window's slider over the range of the map. */
const steps = 500;

/** Colours, window, opacity and what else changes how a map looks, but not its numbers. */
export function DisplayPanel({ display, shown, underlays }: Props) {
  const state = useFields(
    display,
    'component',
    'repetition',
    'colour',
    'phaseColour',
    'gamma',
    'opacity',
    'underlay',
    'neurological',
    'smooth',
    'crosshair',
    'letters',
    'sharedWindow',
  );
  const field = colourField(shown);
  const toggle = (field: 'neurological' | 'smooth' | 'crosshair' | 'letters' | 'sharedWindow') => (
    <Checkbox
      size="xs"
      label={viewer[field]}
      checked={state[field]}
      onChange={(event) => display.set({ [field]: event.currentTarget.checked })}
    />
  );
  return (
    <Stack gap="sm">
      {shown.map.complex && (
        <Select
          size="xs"
          label={viewer.component}
          data={components.map((value) => ({ value, label: viewer.components[value] }))}
          value={state.component}
          allowDeselect={false}
          onChange={(value) => value && display.set({ component: value as Component })}
        />
      )}
      {shown.map.repetitions > 1 && (
        <NumberInput
          size="xs"
          label={viewer.repetition}
          min={1}
          max={shown.map.repetitions}
          clampBehavior="strict"
          value={state.repetition + 1}
          onChange={(value) => display.set({ repetition: Number(value) - 1 })}
        />
      )}
      <WindowInputs display={display} shown={shown} />
      <Select
        size="xs"
        label={viewer.colour}
        data={colourMapNames.map((value) => ({ value, label: viewer.colours[value] }))}
        value={state[field]}
        allowDeselect={false}
        onChange={(value) => value && display.set({ [field]: value as typeof state.colour })}
        leftSection={<Swatch name={state[field]} width={16} />}
        renderOption={({ option }) => (
          <Group gap="xs" wrap="nowrap">
            <Swatch name={option.value as typeof state.colour} width={44} />
            {option.label}
          </Group>
        )}
      />
      <Labelled label={`${viewer.gamma} ${state.gamma.toFixed(2)}`}>
        <Slider
          size="sm"
          min={0.1}
          max={3}
          step={0.05}
          value={state.gamma}
          label={null}
          thumbLabel={viewer.gamma}
          onChange={(gamma) => display.set({ gamma })}
        />
      </Labelled>
      <Labelled label={`${viewer.opacity} ${Math.round(100 * state.opacity)} %`}>
        <Slider
          size="sm"
          min={0}
          max={1}
          step={0.05}
          value={state.opacity}
          label={null}
          thumbLabel={viewer.opacity}
          onChange={(opacity) => display.set({ opacity })}
        />
      </Labelled>
      {underlays.length > 0 && (
        <Select
          size="xs"
          label={viewer.underlay}
          data={underlays.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={state.underlay === undefined ? null : String(state.underlay)}
          placeholder={viewer.noUnderlay}
          clearable
          clearButtonProps={{ 'aria-label': viewer.noUnderlay }}
          onChange={(value) => display.set({ underlay: value === null ? undefined : Number(value) })}
        />
      )}
      <Stack gap={6}>
        {toggle('crosshair')}
        {toggle('letters')}
        {toggle('smooth')}
        {toggle('neurological')}
        {toggle('sharedWindow')}
      </Stack>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconContrast size={15} aria-hidden />}
        onClick={() => resetContrast(display)}
      >
        {viewer.resetContrast}
      </Button>
    </Stack>
  );
}

function WindowInputs({ display, shown }: { display: DisplayStore; shown: Shown }) {
  const window = useStore(display, (state) => windowOf(state, shown));
  const [low, high] = window;
  const [first, last] = shown.automatic;
  // Room on both sides, so that the thumbs are never at their end.
  const [from, to] = [
    Math.min(first, low) - 0.25 * (last - first),
    Math.max(last, high) + 0.25 * (last - first),
  ];
  const place = (value: number): number => Math.round(((value - from) / (to - from)) * steps);
  const value = (at: number): number => from + (at / steps) * (to - from);
  const set = (next: readonly [number, number]): void => {
    if (next[1] > next[0]) setWindow(display, shown, next);
  };
  const input = (label: string, at: 0 | 1) => (
    <NumberInput
      size="xs"
      label={label}
      value={Number(window[at].toPrecision(4))}
      step={(last - first) / 50 || 1}
      onChange={(text) => {
        const number = Number(text);
        if (text === '' || !Number.isFinite(number)) return;
        set(at === 0 ? [number, high] : [low, number]);
      }}
    />
  );
  return (
    <Labelled label={`${viewer.window} ${readable(low, 3)} … ${readable(high, 3)}`}>
      <RangeSlider
        size="sm"
        min={0}
        max={steps}
        minRange={1}
        value={[place(low), place(high)]}
        label={null}
        thumbFromLabel={viewer.low}
        thumbToLabel={viewer.high}
        onChange={([a, b]) => set([value(a), value(b)])}
      />
      <Group grow gap="xs" mt={6}>
        {input(viewer.low, 0)}
        {input(viewer.high, 1)}
      </Group>
    </Labelled>
  );
}

function Swatch({ name, width }: { name: Parameters<typeof cssGradient>[0]; width: number }) {
  return (
    <span
      aria-hidden
      style={{
        display: 'inline-block',
        width,
        height: 12,
        borderRadius: 2,
        backgroundImage: cssGradient(name),
      }}
    />
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={500} mb={4} className="numeric">
        {label}
      </Text>
      {children}
    </div>
  );
}
