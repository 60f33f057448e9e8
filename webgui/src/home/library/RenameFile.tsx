import { Alert } from '@mantine/core';
import { type DataFileView, endpoints } from '@mroptimum/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RenameModal } from '../../components/RenameModal.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { home } from '../../strings/home.ts';
import { extensionOf } from './extension.ts';

/** Gives a file another name; the extension is kept, or changed knowingly. */
export function RenameFile({ file, onClose }: { file: DataFileView; onClose: () => void }) {
  const brain = useBrain();
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: (filename: string) => brain.call(endpoints.renameFile, { body: { id: file.id, filename } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.files });
      onClose();
    },
  });
  const before = extensionOf(file.filename);
  return (
    <RenameModal
      title={home.renameTitle}
      label={home.newName}
      name={file.filename}
      keep={before.length}
      pending={rename.isPending}
      error={rename.error}
      problemOf={(name) => (extensionOf(name) === '' ? home.extensionMissing(before || '.dat') : undefined)}
      remarkOn={(name) => {
        const after = extensionOf(name);
        return (
          after !== '' &&
          before !== '' &&
          after !== before && <Alert color="yellow">{home.extensionChanges(before, after)}</Alert>
        );
      }}
      onRename={(name) => rename.mutate(name)}
      onClose={onClose}
    />
  );
}
