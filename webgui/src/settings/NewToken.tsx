import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints, type Scope, scopes } from '@mroptimum/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { ShownOnce } from '../components/ShownOnce.tsx';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { common } from '../strings/common.ts';
import { settings } from '../strings/settings.ts';

const words = settings.tokens;
const lives = [30, 90, 365];

/** Makes a token and shows it, this once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const brain = useBrain();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: '', scopes: ['data:read', 'jobs:read'] as Scope[], days: '90' },
    validate: { scopes: (chosen) => (chosen.length === 0 ? words.choose : null) },
  });
  const make = useMutation({
    mutationFn: ({ name, scopes: chosen, days }: typeof form.values) =>
      brain.call(endpoints.createToken, {
        body: { name, scopes: chosen, ...(days !== '' && { expiresInDays: Number(days) }) },
      }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.tokens }),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words.make}
      closeOnClickOutside={!make.data}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {make.data ? (
        <ShownOnce
          hint={words.madeHint}
          label={words.made}
          value={make.data.token}
          done={common.close}
          onClose={onClose}
        />
      ) : (
        <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
          <Stack>
            <ErrorNotice error={make.error} />
            <TextInput
              label={words.name}
              required
              maxLength={100}
              data-autofocus
              {...form.getInputProps('name')}
            />
            <Checkbox.Group label={words.scopes} {...form.getInputProps('scopes')}>
              <Stack gap={8} mt={6}>
                {scopes.map((scope) => (
                  <Checkbox
                    key={scope}
                    value={scope}
                    label={
                      <>
                        {words.scope[scope]}{' '}
                        <Text span size="xs" c="dimmed">
                          {scope}
                        </Text>
                      </>
                    }
                  />
                ))}
              </Stack>
            </Checkbox.Group>
            <Select
              label={words.life}
              w={180}
              allowDeselect={false}
              data={[
                ...lives.map((days) => ({ value: String(days), label: words.days(days) })),
                { value: '', label: words.never },
              ]}
              {...form.getInputProps('days')}
            />
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
