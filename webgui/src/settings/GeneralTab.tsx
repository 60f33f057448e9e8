import {
  Card,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useUnits } from '../home/units/useUnits.ts';
import { settings } from '../strings/settings.ts';
import { viewer } from '../strings/viewer.ts';
import { colourMapNames } from '../viewer/model/colours.ts';
import { type Preferences, preferences, usePreferences } from './preferences.ts';

const words = settings.general;
const choices = <Value extends string>(labels: Readonly<Record<Value, string>>) =>
  Object.entries<string>(labels).map(([value, label]) => ({ value: value as Value, label }));

/** What one prefers in this browser: theme, where to calculate, how maps are shown. */
export function GeneralTab() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const units = useUnits();
  const { unit, mode, colour, neurological, position } = usePreferences();
  const set = (changes: Partial<Preferences>): void => preferences.set(changes);
  return (
    <Card>
      <Stack gap="lg">
        <Text c="dimmed">{words.lead}</Text>
        <Choice label={words.theme}>
          <SegmentedControl
            aria-label={words.theme}
            data={choices(words.themes)}
            value={colorScheme}
            onChange={setColorScheme}
          />
        </Choice>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={words.unit}
            placeholder={words.unitDefault}
            clearable
            data={(units.data ?? []).map(({ computingUnitId, alias }) => ({
              value: computingUnitId,
              label: alias,
            }))}
            value={unit ?? null}
            onChange={(value) => set({ unit: value ?? undefined })}
          />
          <Select
            label={words.mode}
            placeholder={words.modeDefault}
            clearable
            data={choices(words.modes)}
            value={mode ?? null}
            onChange={(value) => set({ mode: value ?? undefined })}
          />
          <Select
            label={words.colour}
            allowDeselect={false}
            data={colourMapNames.map((name) => ({ value: name, label: viewer.colours[name] }))}
            value={colour}
            onChange={(value) => value && set({ colour: value })}
          />
        </SimpleGrid>
        <Choice label={words.position}>
          <SegmentedControl
            aria-label={words.position}
            data={choices(words.positions)}
            value={position}
            onChange={(value) => set({ position: value })}
          />
        </Choice>
        <Select
          label={words.convention}
          maw={380}
          allowDeselect={false}
          data={[
            { value: 'radiological', label: words.radiological },
            { value: 'neurological', label: words.neurological },
          ]}
          value={neurological ? 'neurological' : 'radiological'}
          onChange={(value) => set({ neurological: value === 'neurological' })}
        />
      </Stack>
    </Card>
  );
}

function Choice({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      {children}
    </div>
  );
}
