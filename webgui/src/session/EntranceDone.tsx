import { Alert, Anchor, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { session } from '../strings/session.ts';
import { Entrance } from './Entrance.tsx';

interface Props {
  readonly title: string;
  /** Heading of the message. */
  readonly heading?: string;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** What a form before sign-in has done, and the way to sign in. */
export function EntranceDone({ title, heading, icon, children }: Props) {
  return (
    <Entrance title={title}>
      <Stack>
        <Alert role="status" icon={icon} title={heading}>
          {children}
        </Alert>
        <Anchor component={Link} to="/login">
          {session.backToSignIn}
        </Anchor>
      </Stack>
    </Entrance>
  );
}
