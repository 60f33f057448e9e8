import { Card, List, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { common } from '../strings/common.ts';
import { session } from '../strings/session.ts';
import classes from './Entrance.module.css';

/** Frame of the pages before sign-in: what this is on one side, a form on the other. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} · ${common.product}`);
  return (
    <div className={classes.page}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing={64} className={classes.columns}>
        <Stack gap="lg" visibleFrom="md" justify="center">
          <img src="/favicon.svg" alt="" width={52} height={52} />
          <Text className={classes.lead}>{session.lead}</Text>
          <List spacing="sm" center icon={<IconCheck size={18} aria-hidden className={classes.check} />}>
            {session.points.map((point) => (
              <List.Item key={point}>
                <Text c="dimmed">{point}</Text>
              </List.Item>
            ))}
          </List>
        </Stack>
        <Card padding="xl" className={classes.card}>
          <Title order={1} mb="lg">
            {title}
          </Title>
          {children}
        </Card>
      </SimpleGrid>
    </div>
  );
}
