import { setTimeout as pause } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { MroError } from '@mroptimum/contract';
import { type Write, writeRequest } from './writes.ts';

/** Partition and sort key: every table has the same two. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}
export type Item = Key & Readonly<Record<string, unknown>>;

/** Part of a partition, in the order of sort keys: from one on, or before one. */
export interface Range {
  readonly from?: string;
  readonly before?: string;
  readonly limit: number;
  readonly newestFirst?: boolean;
}

/** One table: consistent reads by key, and writes that happen together or not at all. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Those that exist, in any order. */
  getAll(keys: readonly Key[]): Promise<Item[]>;
  range(pk: string, range: Range): Promise<Item[]>;
  /** Gives the indices of the writes whose condition does not hold; where there is any, nothing was written. */
  write(writes: readonly Write[]): Promise<readonly number[]>;
}

/** What DynamoDB takes in one request. */
const keysPerBatch = 100;
/** A busy item is tried again this often, with longer and longer pauses. */
const mostTries = 60;

export function openTable(client: DynamoDBDocumentClient, name: string): Table {
  const query = (input: Partial<QueryCommandInput>) =>
    told(client.send(new QueryCommand({ TableName: name, ConsistentRead: true, ...input })));

  return {
    get: async (key) => {
      const { pk, sk } = key;
      const answer = await told(
        client.send(new GetCommand({ TableName: name, Key: { pk, sk }, ConsistentRead: true })),
      );
      return answer.Item as Item | undefined;
    },
    getAll: async (keys) => {
      const batches = Array.from({ length: Math.ceil(keys.length / keysPerBatch) }, (_, i) =>
        keys.slice(i * keysPerBatch, (i + 1) * keysPerBatch),
      );
      return (await Promise.all(batches.map((batch) => getBatch(client, name, batch)))).flat();
    },
    range: async (pk, { limit, newestFirst = false, ...bounds }) => {
      const items: Item[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await query({
          ...partition(pk, bounds),
          ScanIndexForward: !newestFirst,
          Limit: limit - items.length,
          ExclusiveStartKey: start,
        });
        items.push(...((page.Items ?? []) as Item[]));
        start = page.LastEvaluatedKey;
      } while (start !== undefined && items.length < limit);
      return items;
    },
    write: (writes) =>
      untilSettled(async () => {
        const request = new TransactWriteCommand({
          TransactItems: writes.map((write) => writeRequest(name, write)),
        });
        try {
          await client.send(request);
          return [];
        } catch (error) {
          return refused(error);
        }
      }),
  };
}

function partition(pk: string, { from, before }: Pick<Range, 'from' | 'before'>) {
  const [comparison, bound] = from !== undefined ? ['>=', from] : ['<', before];
  if (bound === undefined)
    return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
  return {
    KeyConditionExpression: `pk = :pk AND sk ${comparison} :bound`,
    ExpressionAttributeValues: { ':pk': pk, ':bound': bound },
  };
}

async function getBatch(client: DynamoDBDocumentClient, name: string, keys: readonly Key[]): Promise<Item[]> {
  const items: Item[] = [];
  let left: Record<string, unknown>[] = keys.map(({ pk, sk }) => ({ pk, sk }));
  while (left.length > 0) {
    const answer = await told(
      client.send(new BatchGetCommand({ RequestItems: { [name]: { Keys: left, ConsistentRead: true } } })),
    );
    items.push(...((answer.Responses?.[name] ?? []) as Item[]));
    left = answer.UnprocessedKeys?.[name]?.Keys ?? [];
  }
  return items;
}

/**
 * Tries again, with pauses of random length, until `attempt` gives something: others write the same items.
 * @throws MRO_BRAIN_STORAGE after many tries
 */
export async function untilSettled<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const settled = await attempt();
    if (settled !== undefined) return settled;
    await pause(Math.random() * Math.min(5 * tries, 100));
  }
  throw new MroError('MRO_BRAIN_STORAGE', 'Too many write the same record at once.', {
    hint: 'Try again in a moment.',
  });
}

/** Which conditions failed; undefined where another transaction was in the way. */
function refused(error: unknown): readonly number[] | undefined {
  if (!(error instanceof TransactionCanceledException)) throw storageError(error);
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  const failed = codes.flatMap((code, i) => (code === 'ConditionalCheckFailed' ? [i] : []));
  if (failed.length > 0) return failed;
  if (codes.some((code) => passing.has(code))) return undefined;
  throw storageError(error);
}

const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const told = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw storageError(error);
  });

const storageError = (cause: unknown): MroError =>
  new MroError('MRO_BRAIN_STORAGE', 'The records cannot be read or written.', {
    hint: 'Try again in a moment.',
    details: { aws: cause instanceof Error ? cause.name : 'unknown' },
    cause,
  });
