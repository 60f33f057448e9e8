import { Anchor, Card, Stack, Text, Title } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import { CopyLine } from '../components/CopyLine.tsx';
import { Facts } from '../components/Facts.tsx';
import { Page } from '../components/Page.tsx';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { about } from '../strings/about.ts';

/** What this is, whom to cite, and what to send with a report of a problem. */
export function AboutPage() {
  const brain = useBrain();
  const { data: health } = useQuery({
    queryKey: keys.health,
    queryFn: ({ signal }) => brain.call(endpoints.health, { signal }),
  });
  const facts = `MR Optimum ${health?.version ?? '–'} · ${navigator.userAgent} · ${innerWidth} × ${innerHeight}`;
  return (
    <Page title={about.title} width="medium">
      <Stack>
        <Card>
          <Text mb="sm">{about.lead}</Text>
          <Facts
            facts={[
              [about.version, health?.version],
              [about.server, brain.origin],
            ]}
          />
          <Text size="sm" mt="sm">
            <Anchor href="/api/docs">{about.api}</Anchor> · {about.licence}
          </Text>
        </Card>
        <Card>
          <Title order={2} mb={4}>
            {about.cite}
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            {about.citeLead}
          </Text>
          <Facts facts={about.citations} />
        </Card>
        <Card>
          <Title order={2} mb={4}>
            {about.engine}
          </Title>
          <Text size="sm">{about.engineText}</Text>
        </Card>
        <Card>
          <Title order={2} mb={4}>
            {about.privacy}
          </Title>
          <Text size="sm">{about.privacyText}</Text>
        </Card>
        <Card id="problem">
          <Title order={2} mb={4}>
            {about.bug}
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            {about.bugLead}
          </Text>
          <CopyLine label={about.bugText} value={facts} />
        </Card>
      </Stack>
    </Page>
  );
}
