import { Alert, Button, Checkbox, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints } from '@mroptimum/contract';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { ShownOnce } from '../../components/ShownOnce.tsx';
import { useBrain } from '../../session/BrainProvider.tsx';
import { useProfile } from '../../session/useProfile.ts';
import { common } from '../../strings/common.ts';
import { units } from '../../strings/units.ts';
import { useUnits } from './useUnits.ts';

const words = units.workstation;

/** A machine of the lab becomes a unit: a name, one line to paste, and the moment when it reports. */
export function WorkstationGuide({ onClose }: { onClose: () => void }) {
  const brain = useBrain();
  const isAdmin = useProfile().data?.isAdmin ?? false;
  const form = useForm({ initialValues: { alias: '', isShared: false } });
  const make = useMutation({
    mutationFn: async ({ alias, isShared }: typeof form.values) => {
      const body = { mode: 'local', provider: 'local', alias, isShared };
      const { computingUnitId } = await brain.call(endpoints.registerUnit, { body });
      const name = `unit ${alias}`.slice(0, 100);
      const { token } = await brain.call(endpoints.createToken, { body: { name, scopes: ['unit:run'] } });
      const line = `MRO_TOKEN=${token} mroptimum unit --brain ${brain.origin} --unit ${computingUnitId}`;
      return { computingUnitId, line };
    },
  });
  const list = useUnits(make.data !== undefined);
  const arrived = list.data?.some(
    ({ computingUnitId, lastSeenAt }) => computingUnitId === make.data?.computingUnitId && lastSeenAt,
  );

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words.title}
      closeOnClickOutside={!make.data}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {make.data ? (
        <ShownOnce
          hint={words.paste}
          label={form.values.alias}
          value={make.data.line}
          done={units.aws.done}
          onClose={onClose}
        >
          <Text size="sm" c="dimmed">
            {words.needs}
          </Text>
          {isLoopback(brain.origin) && <Alert color="yellow">{words.loopback(brain.origin)}</Alert>}
          {arrived ? (
            <Alert color="teal" icon={<IconCheck aria-hidden />} role="status">
              {words.arrived}
            </Alert>
          ) : (
            <Group gap="xs" role="status">
              <Loader size="xs" />
              <Text size="sm">{words.waiting}</Text>
            </Group>
          )}
        </ShownOnce>
      ) : (
        <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
          <Stack>
            <Text>{words.lead}</Text>
            <ErrorNotice error={make.error} />
            <TextInput
              label={words.name}
              required
              maxLength={100}
              data-autofocus
              {...form.getInputProps('alias')}
            />
            {isAdmin && (
              <Checkbox label={words.share} {...form.getInputProps('isShared', { type: 'checkbox' })} />
            )}
            <Group justify="flex-end">
              <Button type="submit" loading={make.isPending}>
                {words.make}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** Such an address leads every machine to itself. */
const isLoopback = (origin: string): boolean => /^(localhost|127\.|\[::1\])/.test(new URL(origin).hostname);
