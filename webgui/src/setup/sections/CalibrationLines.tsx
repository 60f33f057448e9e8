import { Checkbox, Fieldset, SimpleGrid, Stack } from '@mantine/core';
import { setup } from '../../strings/setup.ts';
import { NumberSetting } from '../fields/NumberSetting.tsx';
import type { NumberField } from '../model/form.ts';
import { useSetup } from '../state.tsx';

/** The block of calibration lines that is cut out of complete data, axis by axis. */
export function CalibrationLines() {
  const { form, change, shows } = useSetup();
  const [readout, phase] = form.acl;
  if (!shows('acl.phase.all')) return null;
  const setPhase = (next: { all?: boolean; lines?: NumberField }) =>
    change({ acl: [readout, { ...phase, ...next }] });
  const setReadout = (next: { all?: boolean; lines?: NumberField }) =>
    change({ acl: [{ ...readout, ...next }, phase] });
  return (
    <Fieldset legend={setup.acl}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
        <Stack gap="xs">
          <Checkbox
            label={setup.aclAllPhase}
            checked={phase.all}
            onChange={(event) => setPhase({ all: event.currentTarget.checked })}
          />
          <NumberSetting field="acl.phase" label={setup.aclPhase} onChange={(lines) => setPhase({ lines })} />
        </Stack>
        <Stack gap="xs">
          <Checkbox
            label={setup.aclAllReadout}
            checked={readout.all}
            onChange={(event) => setReadout({ all: event.currentTarget.checked })}
          />
          <NumberSetting
            field="acl.readout"
            label={setup.aclReadout}
            onChange={(lines) => setReadout({ lines })}
          />
        </Stack>
      </SimpleGrid>
    </Fieldset>
  );
}
