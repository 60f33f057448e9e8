import { NativeSelect, SimpleGrid } from '@mantine/core';
import { maskWays, setup } from '../../strings/setup.ts';
import { FileSetting } from '../fields/FileSetting.tsx';
import { NumberSetting } from '../fields/NumberSetting.tsx';
import { Section } from '../fields/Section.tsx';
import { TextSetting } from '../fields/TextSetting.tsx';
import type { MaskMethod, SetupForm } from '../model/form.ts';
import { MaskPreview } from '../preview/MaskPreview.tsx';
import { useSetup } from '../state.tsx';
import { EspiritSettings } from './EspiritSettings.tsx';

const ways = Object.entries(maskWays).map(([value, label]) => ({ value, label }));

/** Which pixels are object, with a look at what that means for this signal. */
export function MaskSection() {
  const { form, change, shows } = useSetup();
  const { mask } = form;
  const set = (changes: Partial<SetupForm['mask']>) => change({ mask: { ...mask, ...changes } });
  const level = mask.method === 'threshold' || mask.method === 'percentagemean' ? mask.method : 'percentage';
  return (
    <Section title={setup.mask}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="sm">
        <NativeSelect
          id="mask.method"
          label={setup.maskWay}
          data={ways}
          value={mask.method}
          onChange={(event) => set({ method: event.currentTarget.value as MaskMethod })}
        />
        <NumberSetting
          field="mask.value"
          label={setup.levels[level]}
          onChange={(value) => set({ [level]: value })}
        />
        <FileSetting
          field="mask.file"
          label={setup.maskFile}
          prefer="image"
          value={mask.file}
          onChange={(file) => set({ file })}
        />
        <TextSetting
          field="mask.axes"
          label={setup.axes}
          hint={setup.maskAxesHint}
          value={mask.axes}
          onChange={(axes) => set({ axes })}
        />
      </SimpleGrid>
      {shows('mask.k') && (
        <EspiritSettings of="mask" value={mask.espirit} onChange={(espirit) => set({ espirit })} />
      )}
      {mask.method !== 'no' && mask.method !== 'upload' && <MaskPreview />}
    </Section>
  );
}
