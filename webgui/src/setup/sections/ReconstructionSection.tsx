import { Checkbox, SimpleGrid } from '@mantine/core';
import { reconstructionNames } from '@mroptimum/contract';
import { reconstructions, setup } from '../../strings/setup.ts';
import { type Choice, Choices } from '../fields/Choices.tsx';
import { NumberSetting } from '../fields/NumberSetting.tsx';
import classes from '../fields/Section.module.css';
import { Section } from '../fields/Section.tsx';
import { Shown } from '../fields/Shown.tsx';
import { useSetup } from '../state.tsx';
import { CalibrationLines } from './CalibrationLines.tsx';

const choices: readonly Choice<(typeof reconstructionNames)[number]>[] = reconstructionNames.map((value) => ({
  value,
  ...reconstructions[value],
}));

/** How the image is made. The phase axis comes first: it is the one that scanners accelerate. */
export function ReconstructionSection() {
  const { form, change } = useSetup();
  const { reconstruction, decimate, accelerations, kernel } = form;
  return (
    <Section title={setup.reconstruction}>
      <Choices
        label={setup.reconstruction}
        value={reconstruction}
        choices={choices}
        cols={{ base: 1, sm: 2 }}
        onChange={(next) => change({ reconstruction: next })}
      />
      <Shown field="decimate">
        <Checkbox
          label={setup.decimate}
          description={setup.decimateHint}
          checked={decimate}
          onChange={(event) => change({ decimate: event.currentTarget.checked })}
        />
      </Shown>
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm" className={classes.numbers}>
        <NumberSetting
          field="acceleration.phase"
          label={`${setup.acceleration}: ${setup.phase.toLowerCase()}`}
          onChange={(value) => change({ accelerations: [accelerations[0], value] })}
        />
        <NumberSetting
          field="acceleration.readout"
          label={`${setup.acceleration}: ${setup.readout.toLowerCase()}`}
          onChange={(value) => change({ accelerations: [value, accelerations[1]] })}
        />
        <NumberSetting
          field="kernel.phase"
          label={setup.kernelPhase}
          hint={setup.kernelHint}
          onChange={(value) => change({ kernel: [kernel[0], value] })}
        />
        <NumberSetting
          field="kernel.readout"
          label={setup.kernelReadout}
          onChange={(value) => change({ kernel: [value, kernel[1]] })}
        />
      </SimpleGrid>
      <CalibrationLines />
    </Section>
  );
}
