import { Alert, Button, Group, Loader, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints } from '@mroptimum/contract';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { units } from '../../strings/units.ts';
import type { AwsAccount } from './aws.ts';
import { useUnits } from './useUnits.ts';

const words = units.aws;

interface Props {
  readonly account: AwsAccount;
  /** With the unit as it was registered: the script may have begun it anew. */
  readonly onDone: (unitId: string) => void;
}

/** Waits until the deployment has registered itself; its outputs can also be typed in. */
export function AwsRegistrationStep({ account, onDone }: Props) {
  const brain = useBrain();
  const queries = useQueryClient();
  const unit = useUnits(true).data?.find(
    ({ mode, awsAccountId, region, stateMachineArn, crossAccountRoleArn }) =>
      mode === 'mode2' &&
      awsAccountId === account.awsAccountId &&
      region === account.region &&
      Boolean(stateMachineArn && crossAccountRoleArn),
  );
  const form = useForm({
    initialValues: {
      crossAccountRoleArn: '',
      stateMachineArn: '',
      dataBucket: '',
      resultsBucket: '',
      failedBucket: '',
    },
  });
  const register = useMutation({
    mutationFn: (outputs: typeof form.values) => {
      const { awsAccountId, region, alias } = account;
      const trimmed = Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, value.trim()]),
      );
      const body = { mode: 'mode2', provider: 'aws', awsAccountId, region, alias, ...trimmed };
      return brain.call(endpoints.registerUnit, { body });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.units }),
  });

  if (unit) {
    return (
      <Stack>
        <Alert color="teal" icon={<IconCheck aria-hidden />} role="status">
          {words.registered}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={() => onDone(unit.computingUnitId)}>{units.check}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={form.onSubmit((values) => register.mutate(values))}>
      <Stack>
        <Group gap="xs" wrap="nowrap" role="status">
          <Loader size="xs" />
          <Text size="sm">{words.waiting}</Text>
        </Group>
        <ErrorNotice error={register.error} />
        <TextInput label={words.role} required {...form.getInputProps('crossAccountRoleArn')} />
        <TextInput label={words.machine} required {...form.getInputProps('stateMachineArn')} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput label={words.data} required {...form.getInputProps('dataBucket')} />
          <TextInput label={words.results} required {...form.getInputProps('resultsBucket')} />
          <TextInput label={words.failed} required {...form.getInputProps('failedBucket')} />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button type="submit" loading={register.isPending}>
            {words.register}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
