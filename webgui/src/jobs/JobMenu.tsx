import { ActionIcon, Menu } from '@mantine/core';
import type { PipelineView } from '@mroptimum/contract';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconFileAnalytics,
  IconListDetails,
  IconPencil,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { MenuLink } from '../components/links.tsx';
import { common } from '../strings/common.ts';
import { jobs as words } from '../strings/jobs.ts';
import { isActive, nameOf } from './settings.ts';
import type { JobActions } from './useJobActions.ts';

interface Props {
  readonly job: PipelineView;
  readonly actions: JobActions;
  readonly onRename: () => void;
  readonly onDelete: () => void;
}

const icon = { size: 16, 'aria-hidden': true } as const;

/** Everything that can be done with one job. */
export function JobMenu({ job, actions, onRename, onDelete }: Props) {
  const { id, status } = job;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={words.actions(nameOf(job))}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink
          to="/jobs"
          search={(before) => ({ ...before, job: id })}
          leftSection={<IconListDetails {...icon} />}
        >
          {words.details}
        </MenuLink>
        {status === 'completed' && (
          <MenuLink to="/report/$id" params={{ id }} leftSection={<IconFileAnalytics {...icon} />}>
            {words.report}
          </MenuLink>
        )}
        <MenuLink to="/setup" search={{ job: id }} leftSection={<IconCopy {...icon} />}>
          {words.duplicate}
        </MenuLink>
        {(status === 'completed' || job.files.length > 0) && (
          <Menu.Item leftSection={<IconDownload {...icon} />} onClick={() => actions.download.mutate(job)}>
            {common.download}
          </Menu.Item>
        )}
        {isActive(status) && (
          <Menu.Item leftSection={<IconPlayerStop {...icon} />} onClick={() => actions.cancel.mutate(job)}>
            {words.cancel}
          </Menu.Item>
        )}
        {(status === 'failed' || status === 'cancelled') && (
          <Menu.Item leftSection={<IconRefresh {...icon} />} onClick={() => actions.retry.mutate(job)}>
            {words.retry}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconPencil {...icon} />} onClick={onRename}>
          {words.rename}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash {...icon} />} onClick={onDelete}>
          {common.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
