import { ActionIcon, Alert, Button, Code, Group, Progress, Text, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import { bytes, duration } from '../../components/format.ts';
import { WithCode } from '../../components/WithCode.tsx';
import { upload } from '../../strings/upload.ts';
import classes from './Upload.module.css';
import { isEnded, type Uploads, type UploadView } from './uploads.ts';

const colours: Partial<Record<UploadView['phase'], string>> = {
  done: 'teal',
  warned: 'yellow',
  refused: 'red',
  failed: 'red',
  paused: 'gray',
  interrupted: 'gray',
  permission: 'gray',
  offline: 'yellow',
};

/** One upload: how far it is, and what can be done with it. */
export function UploadRow({ view, uploads }: { view: UploadView; uploads: Uploads }) {
  const { key, name, size, sent, speed, phase, problem } = view;
  const again = useRef<HTMLInputElement>(null);
  const running = ['waiting', 'sending', 'offline'].includes(phase);
  const left = phase === 'sending' && speed > 0 ? ` · ${upload.left(duration((size - sent) / speed))}` : '';
  const rate = phase === 'sending' && speed > 0 ? ` · ${bytes(speed)}/s` : '';
  const finished = ['done', 'warned', 'refused'].includes(phase);

  return (
    <li className={classes.row}>
      <div>
        <Text size="sm" fw={500} truncate title={name}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" className="numeric">
          {upload.states[phase]} · {finished ? bytes(size) : `${bytes(sent)} / ${bytes(size)}`}
          {rate}
          {left}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        {running && (
          <Control label={upload.pauseFile(name)} onClick={() => uploads.pause(key)}>
            <IconPlayerPause size={16} />
          </Control>
        )}
        {(phase === 'paused' || phase === 'permission' || phase === 'failed') && (
          <Control label={upload.resumeFile(name)} onClick={() => uploads.resume(key)}>
            <IconPlayerPlay size={16} />
          </Control>
        )}
        {phase === 'interrupted' && (
          <Button size="compact-xs" variant="light" onClick={() => again.current?.click()}>
            {upload.chooseAgain}
          </Button>
        )}
        {phase !== 'checking' && (
          <Control
            label={isEnded(phase) ? upload.dismissFile(name) : upload.cancelFile(name)}
            onClick={() => (isEnded(phase) ? uploads.dismiss(key) : uploads.cancel(key))}
          >
            <IconX size={16} />
          </Control>
        )}
        <input
          ref={again}
          type="file"
          hidden
          aria-hidden
          tabIndex={-1}
          data-testid={`again-${name}`}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void uploads.resume(key, file);
            currentTarget.value = '';
          }}
        />
      </Group>
      <Progress
        style={{ gridColumn: '1 / -1' }}
        size={4}
        value={finished ? 100 : (100 * sent) / Math.max(1, size)}
        color={colours[phase] ?? 'petrol'}
        striped={phase === 'checking'}
        animated={phase === 'checking'}
        aria-label={upload.progressOf(name)}
      />
      {problem && (
        <Alert className={classes.problem} color={phase === 'warned' ? 'yellow' : 'red'} role="alert" p="xs">
          <Text size="sm" fw={600}>
            {problem.message}
          </Text>
          <Text size="sm">
            <WithCode text={problem.hint} />
          </Text>
          <Code>{problem.code}</Code>
        </Alert>
      )}
    </li>
  );
}

function Control({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
