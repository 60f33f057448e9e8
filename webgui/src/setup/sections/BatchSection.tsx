import { Button, Group, List, MultiSelect, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { setup } from '../../strings/setup.ts';
import { Section } from '../fields/Section.tsx';
import { useLibrary } from '../library.ts';
import { mostJobs, namesFor, type VariableName, valueProblem, valuesIn, variables } from '../model/batch.ts';
import { useJobs } from '../panel/useJobs.ts';
import { useSetup } from '../state.tsx';

const names = Object.keys(variables) as readonly VariableName[];
const choices = names.map((value) => ({ value, label: variables[value].label }));

/** One job for each of several signals, and for each combination of several values. */
export function BatchSection() {
  const { form, moreSignals, variations, decide } = useSetup();
  const files = (useLibrary().data ?? []).filter(
    ({ id, summary }) => summary.kind !== 'image' && id !== form.signal?.id,
  );
  const jobs = useJobs();
  const free = names.find((name) => !variations.some(({ variable }) => variable === name));
  const set = (at: number, changes: Partial<(typeof variations)[number]>) =>
    decide({ variations: variations.map((one, i) => (i === at ? { ...one, ...changes } : one)) });
  return (
    <Section title={setup.batch} hint={setup.batchHint}>
      <MultiSelect
        label={setup.moreSignals}
        data={files.map(({ id, filename }) => ({ value: id, label: filename }))}
        value={moreSignals.map(({ id }) => id)}
        onChange={(ids) => decide({ moreSignals: files.filter(({ id }) => ids.includes(id)) })}
        searchable
        hidePickedOptions
        nothingFoundMessage={setup.noFiles}
      />
      {variations.map(({ variable, values }, i) => {
        const wrong = valuesIn(values)
          .map((value) => valueProblem(variable, value))
          .find((problem) => problem !== undefined);
        return (
          <Group key={variable} align="flex-start" gap="sm">
            <NativeSelect
              label={setup.vary}
              data={choices.filter(
                ({ value }) => value === variable || !variations.some((one) => one.variable === value),
              )}
              value={variable}
              onChange={(event) => set(i, { variable: event.currentTarget.value as VariableName })}
            />
            <TextInput
              label={`${setup.values}: ${variables[variable].label}`}
              description={setup.valuesHint(namesFor(variable) ?? ['2', '3', '4'])}
              error={wrong}
              value={values}
              onChange={(event) => set(i, { values: event.currentTarget.value })}
              inputWrapperOrder={['label', 'input', 'error', 'description']}
              flex={1}
              miw={200}
            />
            <Button
              variant="subtle"
              color="gray"
              mt={24}
              aria-label={`${setup.removeVariation}: ${variables[variable].label}`}
              onClick={() => decide({ variations: variations.filter((_, at) => at !== i) })}
            >
              {setup.removeVariation}
            </Button>
          </Group>
        );
      })}
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={free === undefined}
          onClick={() => free && decide({ variations: [...variations, { variable: free, values: '' }] })}
        >
          {setup.addVariation}
        </Button>
        {jobs.length > 1 && <Text fw={600}>{setup.jobsToCome(jobs.length)}</Text>}
      </Group>
      {jobs.length > mostJobs && (
        <Text c="var(--mantine-color-error)" size="sm">
          {setup.tooMany(mostJobs)}
        </Text>
      )}
      {jobs.length > 1 && jobs.length <= mostJobs && (
        <Stack
          gap={2}
          mah={180}
          style={{ overflow: 'auto' }}
          tabIndex={0}
          role="group"
          aria-label={setup.batch}
        >
          <List size="sm" listStyleType="none">
            {jobs.map(({ alias }) => (
              <List.Item key={alias}>{alias}</List.Item>
            ))}
          </List>
        </Stack>
      )}
    </Section>
  );
}
