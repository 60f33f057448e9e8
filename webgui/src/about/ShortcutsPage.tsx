import { Card, Kbd, SimpleGrid, Table, Text, Title } from '@mantine/core';
import { Page } from '../components/Page.tsx';
import { shortcuts } from '../strings/about.ts';

/** Every key, by where it works. */
export function ShortcutsPage() {
  return (
    <Page title={shortcuts.title} width="medium">
      <Text mb="md">{shortcuts.lead}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {shortcuts.groups.map(({ name, keys }) => (
          <Card key={name}>
            <Title order={2} mb="xs">
              {name}
            </Title>
            <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0}>
              <Table.Tbody>
                {keys.map(([key, what]) => (
                  <Table.Tr key={key}>
                    <Table.Td w={190}>
                      <Kbd>{key}</Kbd>
                    </Table.Td>
                    <Table.Td>{what}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Card>
        ))}
      </SimpleGrid>
    </Page>
  );
}
