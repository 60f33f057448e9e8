import { Checkbox, Progress, Text } from '@mantine/core';
import type { PipelineView } from '@mroptimum/contract';
import { ago, dateTime, duration } from '../components/format.ts';
import { AnchorLink } from '../components/links.tsx';
import { jobs as words } from '../strings/jobs.ts';
import { JobMenu } from './JobMenu.tsx';
import classes from './Jobs.module.css';
import { StatusBadge } from './StatusBadge.tsx';
import { nameOf, secondsLeft, secondsTaken, settingsOf } from './settings.ts';
import type { JobActions } from './useJobActions.ts';

interface Props {
  readonly job: PipelineView;
  readonly actions: JobActions;
  readonly selected: boolean;
  readonly onSelect: (selected: boolean) => void;
  readonly onRename: () => void;
  readonly onDelete: () => void;
}

/** One job in the list: its name leads to the result, or to the story of why there is none. */
export function JobRow({ job, actions, selected, onSelect, onRename, onDelete }: Props) {
  const { id, status, progress, error, createdAt } = job;
  const name = nameOf(job);
  const left = secondsLeft(job);
  const taken = secondsTaken(job);
  const note =
    status === 'failed'
      ? error?.message
      : left !== undefined
        ? words.eta(duration(left))
        : taken !== undefined && status === 'completed'
          ? words.took(duration(taken))
          : undefined;
  return (
    <div className={classes.row} role="presentation" data-selected={selected || undefined}>
      <div role="cell" className={classes.check}>
        <Checkbox
          size="xs"
          aria-label={words.select(name)}
          checked={selected}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
      </div>
      <div role="cell" className={classes.name}>
        {status === 'completed' ? (
          <AnchorLink to="/jobs/$id" params={{ id }} fw={500} size="sm" truncate="end">
            {name}
          </AnchorLink>
        ) : (
          <AnchorLink
            to="/jobs"
            search={(before) => ({ ...before, job: id })}
            fw={500}
            size="sm"
            truncate="end"
          >
            {name}
          </AnchorLink>
        )}
        <Text size="xs" c="dimmed" truncate>
          {settingsOf(job)}
        </Text>
      </div>
      <div role="cell" className={classes.state}>
        <StatusBadge status={status} />
        {status === 'running' && (
          <Progress
            size={4}
            mt={4}
            value={100 * progress}
            aria-label={words.progressOf(name)}
            className={classes.bar}
          />
        )}
        {note && (
          <Text size="xs" c="dimmed" truncate title={note}>
            {note}
          </Text>
        )}
      </div>
      <div role="cell" className={classes.when} title={dateTime(createdAt)}>
        <Text size="xs" c="dimmed">
          {ago(createdAt)}
        </Text>
      </div>
      <div role="cell">
        <JobMenu job={job} actions={actions} onRename={onRename} onDelete={onDelete} />
      </div>
    </div>
  );
}
