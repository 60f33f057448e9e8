import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { MroError } from '@mroptimum/contract';
import type { Records } from '../records.ts';
import { accounts } from './accounts.ts';
import { library, presets, rois, units } from './library.ts';
import { pipelines } from './pipelines.ts';
import { openTable } from './table.ts';

/** Names of the tables; all have the text keys `pk` and `sk`, and forget items by `expires`. */
export interface TableNames {
  readonly users: string;
  readonly data: string;
  readonly units: string;
  readonly pipelines: string;
}

/** Records in DynamoDB. The tables exist already: the template makes them. */
export function dynamoRecords(names: TableNames, config: DynamoDBClientConfig = {}): Records {
  const base = new DynamoDBClient(config);
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  const data = openTable(client, names.data);
  const jobs = openTable(client, names.pipelines);
  return {
    ...accounts(openTable(client, names.users)),
    ...library(data),
    presets: presets(data),
    units: units(openTable(client, names.units)),
    rois: rois(jobs),
    pipelines: pipelines(jobs),
    backup: async () => {
      throw new MroError('MRO_BRAIN_STATE', 'The tables of the cloud are not copied into a folder.', {
        hint: 'Restore them to a point in time, in the console of the cloud.',
      });
    },
    close: async () => base.destroy(),
  };
}
