import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import type { PipelineView } from '@mroptimum/contract';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { common } from '../strings/common.ts';
import { jobs as words } from '../strings/jobs.ts';
import type { JobActions } from './useJobActions.ts';

interface Props {
  readonly job: PipelineView;
  readonly actions: JobActions;
  readonly onClose: () => void;
}

/** Gives a job another name. */
export function RenameJob({ job, actions, onClose }: Props) {
  const [alias, setAlias] = useState(job.alias);
  const { rename } = actions;
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.renameTitle}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate({ id: job.id, alias: alias.trim() }, { onSuccess: onClose });
        }}
      >
        <Stack>
          <ErrorNotice error={rename.error} />
          <TextInput
            label={words.newName}
            required
            maxLength={200}
            data-autofocus
            value={alias}
            onChange={(event) => setAlias(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={rename.isPending} disabled={alias.trim() === ''}>
              {common.rename}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
