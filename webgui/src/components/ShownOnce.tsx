import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyLine } from './CopyLine.tsx';

interface Props {
  /** What to do with it, now or never. */
  readonly hint: string;
  readonly label: string;
  readonly value: string;
  /** What becomes of it. */
  readonly children?: ReactNode;
  readonly done: string;
  readonly onClose: () => void;
}

/** The end of a dialogue that made a secret, which the server does not show again. */
export function ShownOnce({ hint, label, value, children, done, onClose }: Props) {
  return (
    <Stack>
      <Alert>{hint}</Alert>
      <CopyLine label={label} value={value} />
      {children}
      <Group justify="flex-end">
        <Button onClick={onClose}>{done}</Button>
      </Group>
    </Stack>
  );
}
