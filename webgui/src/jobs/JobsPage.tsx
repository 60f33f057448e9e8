import { Card, Stack, Text } from '@mantine/core';
import type { PipelineView } from '@mroptimum/contract';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ConfirmModal } from '../components/ConfirmModal.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { ButtonLink } from '../components/links.tsx';
import { Page } from '../components/Page.tsx';
import { VirtualList } from '../components/VirtualList.tsx';
import { common } from '../strings/common.ts';
import { jobs as words } from '../strings/jobs.ts';
import { JobDetails } from './JobDetails.tsx';
import { JobRow } from './JobRow.tsx';
import classes from './Jobs.module.css';
import { JobsToolbar } from './JobsToolbar.tsx';
import { RenameJob } from './RenameJob.tsx';
import { nameOf, settingsOf } from './settings.ts';
import { useAnnounceEnds } from './useAnnounceEnds.ts';
import { useJobActions } from './useJobActions.ts';
import { useJobs } from './useJobs.ts';

const route = getRouteApi('/signedIn/jobs');
const rowHeight = 62;

/** All jobs, live; the address holds filter, search and the job that is looked at. */
export function JobsPage() {
  const { status, search = '', job: shown } = route.useSearch();
  const navigate = route.useNavigate();
  const { pages, live, jobs } = useJobs(status);
  const actions = useJobActions();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [renaming, setRenaming] = useState<PipelineView>();
  const [deleting, setDeleting] = useState<readonly PipelineView[]>();
  useAnnounceEnds(jobs);

  const found = useMemo(() => matching(jobs, search), [jobs, search]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // Names are looked for in everything, so everything is read.
  useEffect(() => {
    if (search !== '') more();
  }, [search, more]);

  const selected = jobs.filter(({ id }) => chosen.has(id));
  const select = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };

  return (
    <Page
      title={words.title}
      actions={
        <ButtonLink to="/setup" leftSection={<IconPlus size={16} aria-hidden />}>
          {words.newJob}
        </ButtonLink>
      }
    >
      <Card padding={0} className={classes.card}>
        <JobsToolbar
          status={status}
          search={search}
          found={found.length}
          more={hasNextPage}
          selected={selected}
          onStatus={(next) =>
            void navigate({ search: (before) => ({ ...before, status: next }), replace: true })
          }
          onSearch={(next) =>
            void navigate({ search: (before) => ({ ...before, search: next || undefined }), replace: true })
          }
          onDelete={() => setDeleting(selected)}
        />
        <ErrorNotice error={pages.error ?? actions.error} />
        {live.error && pages.data && (
          <Text size="sm" c="dimmed" px="sm" pb="xs" role="status">
            {words.offline}
          </Text>
        )}
        {pages.isPending && <Loading />}
        {pages.data && found.length === 0 && (
          <Stack align="center" gap={4} p="xl">
            <Text fw={600}>{jobs.length === 0 && !status ? words.empty : words.noMatch}</Text>
            {jobs.length === 0 && !status && <Text c="dimmed">{words.emptyHint}</Text>}
          </Stack>
        )}
        {found.length > 0 && (
          <VirtualList
            items={found}
            rowHeight={rowHeight}
            label={words.table}
            keyOf={({ id }) => id}
            onNearEnd={more}
            head={<Head />}
            render={(job) => (
              <JobRow
                job={job}
                actions={actions}
                selected={chosen.has(job.id)}
                onSelect={(on) => select(job.id, on)}
                onRename={() => setRenaming(job)}
                onDelete={() => setDeleting([job])}
              />
            )}
          />
        )}
      </Card>
      {shown !== undefined && (
        <JobDetails
          id={shown}
          onClose={() => void navigate({ search: (before) => ({ ...before, job: undefined }) })}
        />
      )}
      {renaming && <RenameJob job={renaming} actions={actions} onClose={() => setRenaming(undefined)} />}
      {deleting && (
        <ConfirmModal
          opened
          title={words.deleteTitle(deleting.length)}
          text={words.deleteText}
          action={common.delete}
          pending={actions.remove.isPending}
          error={actions.remove.error}
          onConfirm={() =>
            actions.remove.mutate(deleting, {
              onSuccess: () => {
                setDeleting(undefined);
                setChosen(new Set());
              },
            })
          }
          onClose={() => setDeleting(undefined)}
        />
      )}
    </Page>
  );
}

function Head() {
  const { select, name, state, when, actions } = words.columns;
  return (
    <div role="row" className={classes.head}>
      {[select, name, state, when, actions].map((column) => (
        <span role="columnheader" key={column} className={column === when ? classes.headWhen : undefined}>
          <span className={column === select || column === actions ? classes.hidden : undefined}>
            {column}
          </span>
        </span>
      ))}
    </div>
  );
}

function matching(jobs: readonly PipelineView[], search: string): readonly PipelineView[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return jobs;
  return jobs.filter((job) => {
    const text = `${nameOf(job)} ${settingsOf(job)}`.toLowerCase();
    return wanted.every((word) => text.includes(word) || word === job.id);
  });
}
