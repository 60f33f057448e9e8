import { notifications } from '@mantine/notifications';
import { type DataFileView, endpoints } from '@mroptimum/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ConfirmModal } from '../../components/ConfirmModal.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { common } from '../../strings/common.ts';
import { home } from '../../strings/home.ts';

interface Props {
  readonly files: readonly DataFileView[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks, then deletes one file after the other; the first that is still needed stops it. */
export function DeleteFiles({ files, onClose, onDeleted }: Props) {
  const brain = useBrain();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      for (const { id } of files) await brain.call(endpoints.deleteFile, { params: { id } });
    },
    onSuccess: () => {
      notifications.show({ message: home.deleted(files.length) });
      onDeleted();
      onClose();
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.files });
      void queries.invalidateQueries({ queryKey: keys.profile });
    },
  });
  return (
    <ConfirmModal
      opened
      title={home.deleteTitle(files.length)}
      text={home.deleteText(files.length)}
      action={common.delete}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
