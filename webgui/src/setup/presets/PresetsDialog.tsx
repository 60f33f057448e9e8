import { Button, Checkbox, Divider, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { endpoints, type PresetView } from '@mroptimum/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useBrain } from '../../session/BrainProvider.tsx';
import { useProfile } from '../../session/useProfile.ts';
import { common } from '../../strings/common.ts';
import { setup } from '../../strings/setup.ts';
import { PresetRow } from './PresetRow.tsx';

const presetsKey = ['presets'];

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The settings of the page, as a job. */
  readonly settings: Record<string, unknown>;
  readonly onApply: (preset: PresetView) => void;
}

/** Settings under names: own ones, and those that others share. */
export function PresetsDialog({ opened, onClose, settings, onApply }: Props) {
  const brain = useBrain();
  const client = useQueryClient();
  const isAdmin = useProfile().data?.isAdmin === true;
  const [name, setName] = useState('');
  const [share, setShare] = useState(false);
  const list = useQuery({
    queryKey: presetsKey,
    queryFn: async ({ signal }) => (await brain.call(endpoints.presets, { signal })).presets,
    enabled: opened,
  });
  const act = useMutation({
    mutationFn: (action: () => Promise<unknown>) => action(),
    onSettled: () => client.invalidateQueries({ queryKey: presetsKey }),
  });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const body = { name, settings, isShared: share };
    act.mutate(() => brain.call(endpoints.createPreset, { body }).then(() => setName('')));
  };

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={setup.presets}
      size="lg"
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <ErrorNotice error={act.error ?? list.error} />
        {list.isPending && <Loading />}
        {list.data?.length === 0 && <Text c="dimmed">{setup.presetNone}</Text>}
        {list.data?.map((preset) => (
          <PresetRow
            key={preset.id}
            preset={preset}
            mayDelete={preset.isOwn || isAdmin}
            onApply={() => onApply(preset)}
            onUpdate={(changes) =>
              act.mutate(() => brain.call(endpoints.updatePreset, { body: { id: preset.id, ...changes } }))
            }
            onReplace={() =>
              act.mutate(() => brain.call(endpoints.updatePreset, { body: { id: preset.id, settings } }))
            }
            onDelete={() =>
              act.mutate(() => brain.call(endpoints.deletePreset, { query: { id: preset.id } }))
            }
          />
        ))}
        <Divider />
        <form onSubmit={save}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label={setup.presetName}
              value={name}
              maxLength={100}
              required
              flex={1}
              miw={200}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={act.isPending} disabled={name.trim() === ''}>
              {setup.presetSave}
            </Button>
          </Group>
          <Checkbox
            mt="sm"
            label={setup.presetShare}
            checked={share}
            onChange={(event) => setShare(event.currentTarget.checked)}
          />
        </form>
      </Stack>
    </Modal>
  );
}
