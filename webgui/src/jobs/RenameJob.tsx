import type { PipelineView } from '@mroptimum/contract';
import { RenameModal } from '../components/RenameModal.tsx';
import { jobs as words } from '../strings/jobs.ts';
import type { JobActions } from './useJobActions.ts';

interface Props {
  readonly job: PipelineView;
  readonly actions: JobActions;
  readonly onClose: () => void;
}

/** Gives a job another name. */
export function RenameJob({ job: { id, alias: before }, actions: { rename }, onClose }: Props) {
  return (
    <RenameModal
      title={words.renameTitle}
      label={words.newName}
      name={before}
      maxLength={200}
      pending={rename.isPending}
      error={rename.error}
      onRename={(alias) => rename.mutate({ id, alias }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
