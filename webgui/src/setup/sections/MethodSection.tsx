import { SimpleGrid, Text } from '@mantine/core';
import { methodNames } from '@mroptimum/contract';
import { methods, setup } from '../../strings/setup.ts';
import { type Choice, Choices } from '../fields/Choices.tsx';
import { Formula } from '../fields/Formula.tsx';
import { NumberSetting } from '../fields/NumberSetting.tsx';
import classes from '../fields/Section.module.css';
import { Section } from '../fields/Section.tsx';
import { formulas } from '../formulas.ts';
import { useSetup } from '../state.tsx';

const choices: readonly Choice<(typeof methodNames)[number]>[] = methodNames.map((value) => ({
  value,
  name: methods[value].name,
  sentence: methods[value].sentence,
  more: (
    <Text size="xs" c="dimmed">
      {methods[value].source}
    </Text>
  ),
  aside: <Formula formula={formulas[value]} />,
}));

/** How SNR is measured. */
export function MethodSection() {
  const { form, change } = useSetup();
  const { method, replicas, box } = form;
  return (
    <Section title={setup.method}>
      <Choices
        label={setup.method}
        value={method}
        choices={choices}
        cols={{ base: 1 }}
        onChange={(next) => change({ method: next })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} verticalSpacing="sm" className={classes.numbers}>
        <NumberSetting
          field="replicas"
          label={setup.replicas}
          onChange={(value) => change({ replicas: { ...replicas, [method === 'cr' ? 'cr' : 'pmr']: value } })}
        />
        <NumberSetting
          field="box"
          label={setup.box}
          hint={box === '' ? '' : setup.boxHint(box)}
          onChange={(value) => change({ box: value })}
        />
        <NumberSetting
          field="seed"
          label={setup.seed}
          hint={setup.seedHint}
          onChange={(seed) => change({ seed })}
        />
      </SimpleGrid>
    </Section>
  );
}
