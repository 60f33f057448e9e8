import { Button, Group, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { type PipelineView, pipelineStatuses } from '@mroptimum/contract';
import { IconColumns, IconSearch, IconTrash } from '@tabler/icons-react';
import { ButtonLink } from '../components/links.tsx';
import { common } from '../strings/common.ts';
import { jobs as words } from '../strings/jobs.ts';
import type { JobStatus } from './settings.ts';

interface Props {
  readonly status: JobStatus | undefined;
  readonly search: string;
  readonly found: number;
  readonly more: boolean;
  readonly selected: readonly PipelineView[];
  readonly onStatus: (status: JobStatus | undefined) => void;
  readonly onSearch: (search: string) => void;
  readonly onDelete: () => void;
}

const all = 'all';
const choices = [
  { value: all, label: words.all },
  ...pipelineStatuses.map((value) => ({ value: value as string, label: words.status[value] })),
];

/** Which jobs are shown, and what can be done with those that are selected. */
export function JobsToolbar({ status, search, found, more, selected, onStatus, onSearch, onDelete }: Props) {
  const chosen = (value: string | null): void => onStatus(pipelineStatuses.find((known) => known === value));
  const comparable = selected.filter((job) => job.status === 'completed');
  return (
    <Group p="sm" gap="sm" justify="space-between">
      <Group gap="sm">
        <SegmentedControl
          size="xs"
          visibleFrom="md"
          aria-label={words.filter}
          data={choices}
          value={status ?? all}
          onChange={chosen}
        />
        <Select
          size="xs"
          w={140}
          hiddenFrom="md"
          aria-label={words.filter}
          data={choices}
          value={status ?? all}
          onChange={chosen}
          allowDeselect={false}
        />
        <Text size="xs" c="dimmed" aria-live="polite">
          {selected.length > 0 ? words.selected(selected.length) : words.count(found, more)}
        </Text>
      </Group>
      <Group gap="xs">
        {comparable.length > 1 && (
          <ButtonLink
            size="xs"
            variant="default"
            to="/compare"
            search={{ jobs: comparable.map(({ id }) => id).join(',') }}
            leftSection={<IconColumns size={15} aria-hidden />}
          >
            {words.compare}
          </ButtonLink>
        )}
        {selected.length > 0 && (
          <Button
            size="xs"
            variant="light"
            color="red"
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={onDelete}
          >
            {common.delete}
          </Button>
        )}
        <TextInput
          size="xs"
          w={260}
          data-search
          aria-label={words.search}
          placeholder={words.searchPlaceholder}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      </Group>
    </Group>
  );
}
