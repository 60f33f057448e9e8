import { NativeSelect, SimpleGrid } from '@mantine/core';
import { rssCombination, sensitivityWays, setup } from '../../strings/setup.ts';
import { FileSetting } from '../fields/FileSetting.tsx';
import { Section } from '../fields/Section.tsx';
import { TextSetting } from '../fields/TextSetting.tsx';
import type { SetupForm } from '../model/form.ts';
import { sensitivityMethodOf, sensitivityMethodsOf } from '../model/visibility.ts';
import { useSetup } from '../state.tsx';
import { EspiritSettings } from './EspiritSettings.tsx';

/** Where coil sensitivities come from; with GRAPPA, whether its coils are combined with some at all. */
export function SensitivitySection() {
  const { form, change, shows } = useSetup();
  const { reconstruction, sensitivities } = form;
  if (!shows('sensitivities.method')) return null;
  const set = (changes: Partial<SetupForm['sensitivities']>) =>
    change({ sensitivities: { ...sensitivities, ...changes } });
  const method = sensitivityMethodOf(form);
  const grappa = reconstruction === 'grappa';
  const title = grappa ? setup.combination : setup.sensitivities;
  return (
    <Section title={title}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="sm">
        <NativeSelect
          id="sensitivities.method"
          data={sensitivityMethodsOf(reconstruction).map((value) => ({
            value,
            label: grappa && value === 'inner' ? rssCombination : sensitivityWays[value],
          }))}
          value={method}
          onChange={(event) => set({ method: event.currentTarget.value as typeof method })}
          label={grappa ? setup.combinationWay : setup.sensitivityWay}
        />
        {shows('sensitivities.window') && (
          <NativeSelect
            id="sensitivities.window"
            label={setup.window}
            data={(['hann', 'none'] as const).map((value) => ({ value, label: setup.windows[value] }))}
            value={sensitivities.window}
            onChange={(event) => set({ window: event.currentTarget.value as 'hann' | 'none' })}
          />
        )}
        <FileSetting
          field="sensitivities.source"
          label={setup.source[method === 'bodycoil' ? 'bodycoil' : 'upload']}
          prefer={method === 'bodycoil' ? 'image' : 'raw'}
          value={sensitivities.source}
          onChange={(source) => set({ source })}
        />
        <TextSetting
          field="sensitivities.axes"
          label={setup.axes}
          hint={setup.mapAxesHint}
          value={sensitivities.axes}
          onChange={(axes) => set({ axes })}
        />
      </SimpleGrid>
      {shows('sensitivities.k') && (
        <EspiritSettings
          of="sensitivities"
          value={sensitivities.espirit}
          onChange={(espirit) => set({ espirit })}
        />
      )}
    </Section>
  );
}
