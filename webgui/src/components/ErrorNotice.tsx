import { Alert, Code, Group, Text } from '@mantine/core';
import { MroError } from '@mroptimum/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { common } from '../strings/common.ts';
import { WithCode } from './WithCode.tsx';

/** Any error as one of the catalogue: what is none of ours becomes MRO_INTERNAL. */
export function asMroError(error: unknown): MroError {
  if (error instanceof MroError) return error;
  return new MroError('MRO_INTERNAL', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

interface ErrorLike {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

interface Props {
  readonly error: unknown;
  /** What can be done about it, such as a button that tries again. */
  readonly children?: ReactNode;
}

/** An error as people read it: what happened, what to do, and the code to look up. Nothing where there is none. */
export function ErrorNotice({ error, children }: Props) {
  if (error === null || error === undefined) return null;
  const { code, message, hint } = asMroError(error);
  return <ProblemNotice problem={{ code, message, hint }}>{children}</ProblemNotice>;
}

/** The same for an error that the server stored, of a failed job or a refused file. */
export function ProblemNotice({ problem, children }: { problem: ErrorLike; children?: ReactNode }) {
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={<Text fw={600}>{problem.message}</Text>}
    >
      <Text size="sm">
        <WithCode text={problem.hint} />
      </Text>
      <Group justify="space-between" mt="xs">
        <Code aria-label={common.errorCode}>{problem.code}</Code>
        {children}
      </Group>
    </Alert>
  );
}
