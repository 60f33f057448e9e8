import { Button, Stack } from '@mantine/core';
import type { FormEventHandler, ReactNode } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Entrance } from './Entrance.tsx';

interface Props {
  readonly title: string;
  readonly action: string;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onSubmit: FormEventHandler<HTMLFormElement>;
  /** Stands above the error, such as what the form is for. */
  readonly lead?: ReactNode;
  /** The fields. */
  readonly children: ReactNode;
  /** Other ways, below the button. */
  readonly links: ReactNode;
}

/** A form before sign-in: what went wrong, the fields, one button, and where else one can go. */
export function EntranceForm({ title, action, pending, error, onSubmit, lead, children, links }: Props) {
  return (
    <Entrance title={title}>
      <form onSubmit={onSubmit}>
        <Stack>
          {lead}
          <ErrorNotice error={error} />
          {children}
          <Button type="submit" loading={pending}>
            {action}
          </Button>
          {links}
        </Stack>
      </form>
    </Entrance>
  );
}
