import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { IconCloudUpload, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { roi } from '../../strings/roi.ts';
import type { RoiEditor } from '../editor.ts';
import { drawingToNifti } from '../model/file.ts';

interface Props {
  readonly editor: RoiEditor;
  readonly jobId: string;
  readonly open: (bytes: Uint8Array, name: string) => void;
}

/** Drawings that are kept on the server with the job: stored, opened again, deleted. */
export function StoredDrawings({ editor, jobId, open }: Props) {
  const brain = useBrain();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const list = useQuery({
    queryKey: keys.rois(jobId),
    queryFn: ({ signal }) => brain.call(endpoints.rois, { query: { pipeline_id: jobId }, signal }),
  });
  const again = () => queries.invalidateQueries({ queryKey: keys.rois(jobId) });
  const store = useMutation({
    mutationFn: async () => {
      const file = drawingToNifti(editor.state.drawing);
      const filename = `${name.trim() || 'regions'}.nii.gz`;
      const body = { filename, pipeline_id: jobId, contentType: 'application/gzip', size: file.length };
      const { upload_url } = await brain.call(endpoints.storeRoi, { body });
      await brain.send({ method: 'PUT', url: upload_url, body: file });
      editor.saved();
    },
    onSuccess: () => {
      setName('');
      return again();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => brain.call(endpoints.deleteRoi, { body: { roi_id: id } }),
    onSuccess: again,
  });
  const load = useMutation({
    mutationFn: async ({ link, filename }: { link: string; filename: string }) => {
      const response = await brain.send({ method: 'GET', url: link });
      open(new Uint8Array(await response.arrayBuffer()), filename);
    },
  });
  return (
    <Stack gap={6}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          flex={1}
          aria-label={roi.storedName}
          placeholder={roi.storedPlaceholder}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.currentTarget.value.replace(/[\\/:*?"<>|]/g, ''))}
        />
        <Button
          size="xs"
          variant="light"
          loading={store.isPending}
          leftSection={<IconCloudUpload size={14} aria-hidden />}
          onClick={() => store.mutate()}
        >
          {roi.store}
        </Button>
      </Group>
      <ErrorNotice error={store.error ?? remove.error ?? load.error ?? list.error} />
      <Text size="xs" c="dimmed">
        {list.data?.length === 0 ? roi.noneStored : roi.stored}
      </Text>
      {list.data?.map(({ id, filename, link }) => (
        <Group key={id} justify="space-between" wrap="nowrap" gap="xs">
          <UnstyledButton
            aria-label={roi.openStored(filename)}
            style={{
              textDecoration: 'underline',
              fontSize: 'var(--mantine-font-size-sm)',
              overflowWrap: 'anywhere',
            }}
            onClick={() => load.mutate({ link, filename })}
          >
            {filename}
          </UnstyledButton>
          <Tooltip label={roi.deleteStored(filename)}>
            <ActionIcon
              size="sm"
              aria-label={roi.deleteStored(filename)}
              loading={remove.isPending && remove.variables === id}
              onClick={() => window.confirm(roi.deleteSure) && remove.mutate(id)}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      ))}
    </Stack>
  );
}
