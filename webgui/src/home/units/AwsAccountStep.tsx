import { Autocomplete, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints } from '@mroptimum/contract';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useBrain } from '../../session/BrainProvider.tsx';
import { units } from '../../strings/units.ts';
import { type AwsAccount, regions } from './aws.ts';

const words = units.aws;

/** Which account and region; the server answers with an external id for them. */
export function AwsAccountStep({ onDone }: { onDone: (account: AwsAccount) => void }) {
  const brain = useBrain();
  const form = useForm({
    initialValues: { awsAccountId: '', region: 'us-east-1', alias: '' },
    validate: { awsAccountId: (value) => (/^\d{12}$/.test(value.trim()) ? null : words.accountHint) },
  });
  const begin = useMutation({
    mutationFn: async (values: typeof form.values): Promise<AwsAccount> => {
      const awsAccountId = values.awsAccountId.trim();
      const { region } = values;
      const body = { mode: 'mode2', provider: 'aws', awsAccountId, region, alias: values.alias };
      const made = await brain.call(endpoints.registerUnit, { body });
      const { externalId, callbackSecret, brainRoleArn } = made;
      return {
        unitId: made.computingUnitId,
        awsAccountId,
        region,
        alias: made.computingUnit.alias,
        ...(externalId !== undefined && { externalId }),
        ...(callbackSecret !== undefined && { callbackSecret }),
        ...(brainRoleArn !== undefined && { brainRoleArn }),
      };
    },
    onSuccess: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => begin.mutate(values))}>
      <Stack>
        <Text>{words.lead}</Text>
        <ErrorNotice error={begin.error} />
        <TextInput
          label={words.account}
          description={words.accountHint}
          inputMode="numeric"
          required
          data-autofocus
          {...form.getInputProps('awsAccountId')}
        />
        <Autocomplete label={words.region} data={regions} required {...form.getInputProps('region')} />
        <TextInput label={words.name} {...form.getInputProps('alias')} />
        <Group justify="flex-end">
          <Button type="submit" loading={begin.isPending}>
            {words.begin}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
