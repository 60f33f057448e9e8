import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableNames } from './index.ts';

/** Settings of a client that speaks to a stand-in of the cloud on this machine. */
export const standIn = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Makes empty tables as the template does, under names of their own. */
export async function createTables(config: ReturnType<typeof standIn>): Promise<TableNames> {
  const client = new DynamoDBClient(config);
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const names = {
    users: `${prefix}-users`,
    data: `${prefix}-data`,
    units: `${prefix}-units`,
    pipelines: `${prefix}-pipelines`,
  };
  for (const TableName of Object.values(names)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  }
  client.destroy();
  return names;
}
