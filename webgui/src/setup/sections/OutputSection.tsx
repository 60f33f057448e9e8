import { Checkbox, Group, Stack } from '@mantine/core';
import { setup } from '../../strings/setup.ts';
import { FileSetting } from '../fields/FileSetting.tsx';
import { Section } from '../fields/Section.tsx';
import { Shown } from '../fields/Shown.tsx';
import type { SetupForm } from '../model/form.ts';
import { useSetup } from '../state.tsx';

/** What is written beside the SNR map, the correction by flip angles among it. */
export function OutputSection() {
  const { form, change } = useSetup();
  const { output, flipAngle } = form;
  const set = (changes: Partial<SetupForm['output']>) => change({ output: { ...output, ...changes } });
  return (
    <Section title={setup.outputs} hint={setup.always}>
      <Group gap="lg">
        <Shown field="output.gfactor">
          <Checkbox
            label={setup.gfactor}
            checked={output.gfactor}
            onChange={(event) => set({ gfactor: event.currentTarget.checked })}
          />
        </Shown>
        <Shown field="output.coilsensitivity">
          <Checkbox
            label={setup.coils}
            checked={output.coilsensitivity}
            onChange={(event) => set({ coilsensitivity: event.currentTarget.checked })}
          />
        </Shown>
        <Checkbox
          label={setup.matlab}
          checked={output.matlab}
          onChange={(event) => set({ matlab: event.currentTarget.checked })}
        />
      </Group>
      <Stack gap="sm">
        <Checkbox
          label={setup.flipAngleUse}
          description={setup.flipAngleHint}
          checked={flipAngle.use}
          onChange={(event) => change({ flipAngle: { ...flipAngle, use: event.currentTarget.checked } })}
        />
        <FileSetting
          field="flipAngle.file"
          label={setup.flipAngleFile}
          prefer="image"
          value={flipAngle.file}
          onChange={(file) => change({ flipAngle: { ...flipAngle, file } })}
        />
      </Stack>
    </Section>
  );
}
