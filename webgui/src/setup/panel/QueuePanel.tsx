import { Alert, Button, Card, Divider, List, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react';
import { setup } from '../../strings/setup.ts';
import { mostJobs, valueProblem, valuesIn } from '../model/batch.ts';
import { type FieldId, fieldIds } from '../model/fields.ts';
import { problemsOf, warningsOf } from '../model/problems.ts';
import { aliasOf, requestOf } from '../model/request.ts';
import { useSetup } from '../state.tsx';
import { Destination } from './Destination.tsx';
import { Estimate } from './Estimate.tsx';
import { Outcome } from './Outcome.tsx';
import { RequestView } from './RequestView.tsx';
import { UndersampledDialog } from './UndersampledDialog.tsx';
import { useJobs } from './useJobs.ts';
import { useQueue } from './useQueue.ts';

/** Name, place, estimate, what is wrong, and the button that queues. */
export function QueuePanel() {
  const { form, destination, variations, problems, attempted, attempt, change } = useSetup();
  const jobs = useJobs();
  const { sent, busy, queue, sendAgain } = useQueue();
  const [asking, { open, close }] = useDisclosure(false);
  const warnings = warningsOf(form);
  const wrong = fieldIds.filter((id) => problems.fields[id] !== undefined);
  const others = [...problems.other, ...batchProblems(jobs, variations)];
  const ready = wrong.length === 0 && others.length === 0;
  const request = requestOf(jobs[0] ?? form, destination);

  const send = (): void =>
    void queue(jobs.map((job) => ({ alias: aliasOf(job), request: requestOf(job, destination) })));
  const tryToQueue = (): void => {
    if (busy) return;
    attempt();
    if (!ready) {
      if (wrong[0]) focusField(wrong[0]);
    } else if (jobs.some((job) => warningsOf(job).includes('undersampled'))) open();
    else send();
  };
  useHotkeys([['mod+Enter', tryToQueue]], []);

  return (
    <Card component="aside" aria-label={setup.job}>
      <Stack gap="sm">
        <Title order={2}>{setup.job}</Title>
        <TextInput
          id="alias"
          label={setup.name}
          placeholder={aliasOf({ ...form, alias: '' })}
          value={form.alias}
          error={problems.fields.alias}
          maxLength={200}
          onChange={(event) => change({ alias: event.currentTarget.value })}
        />
        <Destination />
        <Divider />
        <Estimate request={ready ? request : undefined} jobs={jobs.length} />
        {(['withoutNoise', 'oneRepetition'] as const)
          .filter((warning) => warnings.includes(warning))
          .map((warning) => (
            <Alert key={warning} color="yellow" icon={<IconAlertTriangle aria-hidden />} p="sm">
              <Text size="sm">{setup[warning]}</Text>
            </Alert>
          ))}
        {(attempted ? !ready : others.length > 0) && (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} p="sm" role="alert">
            <Text size="sm" fw={600}>
              {setup.problems(wrong.length + others.length)}
            </Text>
            <List size="sm" listStyleType="none">
              {wrong.map((id) => (
                <List.Item key={id}>{problems.fields[id]}</List.Item>
              ))}
              {others.map((problem) => (
                <List.Item key={problem}>{problem}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Button
          size="md"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={busy}
          onClick={tryToQueue}
        >
          {jobs.length > 1 ? setup.queueMany(jobs.length) : setup.queue}
        </Button>
        <Outcome sent={sent} busy={busy} onAgain={() => void sendAgain()} />
        <RequestView request={request} />
      </Stack>
      <UndersampledDialog opened={asking} onClose={close} onGoOn={send} />
    </Card>
  );
}

/** What is wrong with values of the batch: those of the form itself are told at their fields. */
function batchProblems(
  jobs: ReturnType<typeof useJobs>,
  variations: ReturnType<typeof useSetup>['variations'],
): readonly string[] {
  if (jobs.length > mostJobs) return [setup.tooMany(mostJobs)];
  const values = variations.flatMap(({ variable, values }) =>
    valuesIn(values).flatMap((value) => valueProblem(variable, value) ?? []),
  );
  if (jobs.length < 2) return values;
  const inJobs = jobs.flatMap((job) => {
    const { fields, other } = problemsOf(job);
    return [...Object.values(fields), ...other].map((problem) => `${aliasOf(job)}: ${problem}`);
  });
  return [...values, ...inJobs.slice(0, 5)];
}

const focusField = (id: FieldId): void => document.getElementById(id)?.focus();
