import { Accordion, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { setup } from '../../strings/setup.ts';

/** The request as it will be sent, to be read and copied. */
export function RequestView({ request }: { request: Record<string, unknown> }) {
  const text = JSON.stringify(request, null, 2);
  return (
    <Accordion variant="contained" chevronPosition="left">
      <Accordion.Item value="request">
        <Accordion.Control>{setup.request}</Accordion.Control>
        <Accordion.Panel>
          <Group justify="space-between" mb="xs">
            <Text size="xs" c="dimmed">
              {setup.requestHint}
            </Text>
            <CopyButton value={text}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? setup.copied : setup.copy}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code
            block
            tabIndex={0}
            role="group"
            aria-label={setup.requestHint}
            data-testid="request"
            style={{ maxHeight: 360, overflow: 'auto' }}
          >
            {text}
          </Code>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
