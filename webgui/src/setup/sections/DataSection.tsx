import { Checkbox, SimpleGrid, Stack } from '@mantine/core';
import { UploadPanel } from '../../home/upload/UploadPanel.tsx';
import { setup } from '../../strings/setup.ts';
import { FileSetting } from '../fields/FileSetting.tsx';
import { NumberSetting } from '../fields/NumberSetting.tsx';
import { Section } from '../fields/Section.tsx';
import { Shown } from '../fields/Shown.tsx';
import { TextSetting } from '../fields/TextSetting.tsx';
import type { ArrayFields } from '../model/form.ts';
import { useSetup } from '../state.tsx';

/** Signal and noise, and what arrays do not say about themselves. */
export function DataSection() {
  const { form, change } = useSetup();
  const { signal, signalArray, noise, noiseArray, multiraid } = form;
  const describeSignal = (changes: Partial<ArrayFields>) =>
    change({ signalArray: { ...signalArray, ...changes } });
  const describeNoise = (changes: Partial<ArrayFields>) =>
    change({ noiseArray: { ...noiseArray, ...changes } });
  return (
    <Section title={setup.data}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="sm">
        <Stack gap="sm">
          <FileSetting
            field="signal"
            label={setup.signal}
            hint={setup.signalHint}
            prefer="raw"
            value={signal}
            onChange={(file) => change({ signal: file })}
          />
          <TextSetting
            field="signal.axes"
            label={setup.axes}
            hint={setup.axesHint}
            value={signalArray.axes}
            onChange={(axes) => describeSignal({ axes })}
          />
          <TextSetting
            field="signal.variable"
            label={setup.variable}
            hint={setup.variableHint}
            value={signalArray.variable}
            onChange={(variable) => describeSignal({ variable })}
          />
          <TextSetting
            field="signal.spacing"
            label={setup.spacing}
            hint={setup.spacingHint}
            value={signalArray.spacing}
            onChange={(spacing) => describeSignal({ spacing })}
          />
        </Stack>
        <Stack gap="sm">
          <FileSetting
            field="noise"
            label={setup.noise}
            hint={signal?.summary.noise === true && !noise ? setup.noiseInside : setup.noiseHint}
            prefer="raw"
            value={noise}
            onChange={(file) => change({ noise: file })}
          />
          <TextSetting
            field="noise.axes"
            label={`${setup.noise}: ${setup.axes}`}
            hint={setup.noiseAxesHint}
            value={noiseArray.axes}
            onChange={(axes) => describeNoise({ axes })}
          />
          <TextSetting
            field="noise.variable"
            label={`${setup.noise}: ${setup.variable}`}
            hint={setup.variableHint}
            value={noiseArray.variable}
            onChange={(variable) => describeNoise({ variable })}
          />
          <NumberSetting
            field="noise.noiseScale"
            label={setup.noiseScale}
            hint={setup.noiseScaleHint}
            value={noiseArray.noiseScale}
            onChange={(noiseScale) => describeNoise({ noiseScale })}
          />
          <NumberSetting
            field="noise.noiseBandwidth"
            label={setup.noiseBandwidth}
            hint={setup.noiseBandwidthHint}
            value={noiseArray.noiseBandwidth}
            onChange={(noiseBandwidth) => describeNoise({ noiseBandwidth })}
          />
        </Stack>
      </SimpleGrid>
      <UploadPanel />
      <Shown field="multiraid">
        <Checkbox
          label={setup.multiraid}
          checked={multiraid}
          onChange={(event) => change({ multiraid: event.currentTarget.checked })}
        />
      </Shown>
    </Section>
  );
}
