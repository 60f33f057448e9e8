import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { IconExternalLink, IconFileDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { CopyLine } from '../../components/CopyLine.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useBrain } from '../../session/BrainProvider.tsx';
import { units } from '../../strings/units.ts';
import type { AwsAccount } from './aws.ts';

const words = units.aws;

interface Props {
  readonly account: AwsAccount;
  readonly onChange: (account: AwsAccount) => void;
  readonly onDone: () => void;
}

/** The template and the values that it asks for. */
export function AwsTemplateStep({ account, onChange, onDone }: Props) {
  const brain = useBrain();
  const { externalId, callbackSecret, brainRoleArn, awsAccountId, region, alias } = account;
  const renew = useMutation({
    mutationFn: () => {
      const place = { mode: 'mode2', provider: 'aws', awsAccountId, region, alias };
      return brain.call(endpoints.registerUnit, { body: { ...place, renewCallbackSecret: true } });
    },
    onSuccess: (made) =>
      onChange({ ...account, ...(made.callbackSecret && { callbackSecret: made.callbackSecret }) }),
  });
  const token = useMutation({
    mutationFn: () =>
      brain.call(endpoints.createToken, {
        body: { name: `deploy ${awsAccountId}`, scopes: ['units:write', 'jobs:read'], expiresInDays: 7 },
      }),
  });
  const secret = token.data?.token;
  return (
    <Stack>
      <Text>{words.script}</Text>
      <ErrorNotice error={token.error} />
      {secret === undefined ? (
        <Group>
          <Button variant="light" loading={token.isPending} onClick={() => token.mutate()}>
            {words.makeToken}
          </Button>
        </Group>
      ) : (
        <CopyLine
          label={words.lines}
          value={`MROPTIMUM_TOKEN=${secret} MROPTIMUM_BRAIN_URL=${brain.origin} AWS_REGION=${region} mode2-deployment/deploy-mode2.sh`}
        />
      )}
      <Title order={3}>{words.byHand}</Title>
      {externalId === undefined && (
        <Alert>
          <Text size="sm" mb="xs">
            {words.known}
          </Text>
          <Button size="xs" variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
            {words.renew}
          </Button>
        </Alert>
      )}
      <ErrorNotice error={renew.error} />
      <Text>{words.secrets}</Text>
      {externalId !== undefined && <CopyLine label={words.externalId} value={externalId} />}
      {callbackSecret !== undefined && <CopyLine label={words.callbackSecret} value={callbackSecret} />}
      {brainRoleArn !== undefined && <CopyLine label={words.brainRole} value={brainRoleArn} />}
      <CopyLine label={words.server} value={brain.origin} />
      <Group>
        {hasMode2Template && (
          <Button
            component="a"
            href="/template-mode2.yaml"
            download
            variant="default"
            leftSection={<IconFileDownload size={16} aria-hidden />}
          >
            {words.template}
          </Button>
        )}
        <Button
          component="a"
          href={`https://${region}.console.aws.amazon.com/cloudformation/home?region=${region}#/stacks/create`}
          target="_blank"
          rel="noreferrer"
          variant="default"
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          {words.console}
        </Button>
      </Group>
      <Group justify="flex-end">
        <Button onClick={onDone}>{words.deployed}</Button>
      </Group>
    </Stack>
  );
}
