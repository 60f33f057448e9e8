import { Box, Container, Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { common } from '../strings/common.ts';

interface Props {
  readonly title: string;
  /** Buttons beside the title. */
  readonly actions?: ReactNode;
  /** `wide` takes the whole window, `narrow` and `medium` are for forms and text. */
  readonly width?: 'narrow' | 'medium' | 'normal' | 'wide';
  readonly children: ReactNode;
}

const widths = { narrow: 640, medium: 900, normal: 1320, wide: '100%' } as const;

/** Frame of a page: its heading, the title of the tab, its width. */
export function Page({ title, actions, width = 'normal', children }: Props) {
  useDocumentTitle(`${title} · ${common.product}`);
  return (
    <Container size={widths[width]} px={{ base: 'sm', sm: 'lg' }} py="md">
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={1}>{title}</Title>
        {actions}
      </Group>
      <Box>{children}</Box>
    </Container>
  );
}
