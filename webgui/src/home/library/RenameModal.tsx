import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type DataFileView, endpoints } from '@mroptimum/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { common } from '../../strings/common.ts';
import { home } from '../../strings/home.ts';
import { extensionOf } from './extension.ts';

/** Gives a file another name; the extension is kept, or changed knowingly. */
export function RenameModal({ file, onClose }: { file: DataFileView; onClose: () => void }) {
  const brain = useBrain();
  const queries = useQueryClient();
  const [name, setName] = useState(file.filename);
  const rename = useMutation({
    mutationFn: () => brain.call(endpoints.renameFile, { body: { id: file.id, filename: name.trim() } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.files });
      onClose();
    },
  });
  const before = extensionOf(file.filename);
  const after = extensionOf(name.trim());
  const missing = after === '' ? home.extensionMissing(before || '.dat') : undefined;
  const changes = after !== '' && before !== '' && after !== before;

  return (
    <Modal
      opened
      onClose={onClose}
      title={home.renameTitle}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) rename.mutate();
        }}
      >
        <Stack>
          <ErrorNotice error={rename.error} />
          <TextInput
            label={home.newName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={missing}
            data-autofocus
            onFocus={({ currentTarget }) =>
              currentTarget.setSelectionRange(0, file.filename.length - before.length)
            }
          />
          {changes && <Alert color="yellow">{home.extensionChanges(before, after)}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={rename.isPending} disabled={missing !== undefined}>
              {common.rename}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
