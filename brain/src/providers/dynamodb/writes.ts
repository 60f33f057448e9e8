import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item, Key } from './table.ts';

/** What must hold of the stored item: that there is none, or that its attributes have these values. */
export type Condition = 'absent' | Readonly<Record<string, string | number>>;

/** One write of a transaction. */
export type Write =
  | { readonly put: Item; readonly when?: Condition }
  | { readonly remove: Key; readonly when?: Condition }
  /** Adds to numbers; a number that is not there counts as zero. */
  | { readonly add: Key; readonly amounts: Readonly<Record<string, number>> };

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A write as DynamoDB takes it. */
export function writeRequest(table: string, write: Write): TransactItem {
  if ('put' in write) return { Put: { TableName: table, Item: write.put, ...condition(write.when) } };
  if ('remove' in write)
    return { Delete: { TableName: table, Key: keyOf(write.remove), ...condition(write.when) } };
  const names = Object.keys(write.amounts);
  return {
    Update: {
      TableName: table,
      Key: keyOf(write.add),
      UpdateExpression: `ADD ${names.map((_, i) => `#n${i} :v${i}`).join(', ')}`,
      ...placeholders(write.amounts),
    },
  };
}

const keyOf = ({ pk, sk }: Key): Record<string, string> => ({ pk, sk });

function condition(when: Condition | undefined) {
  if (when === undefined) return {};
  if (when === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };
  const names = Object.keys(when);
  return {
    ConditionExpression: names.map((_, i) => `#n${i} = :v${i}`).join(' AND '),
    ...placeholders(when),
  };
}

function placeholders(values: Readonly<Record<string, string | number>>) {
  const entries = Object.entries(values);
  return {
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#n${i}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], i) => [`:v${i}`, value])),
  };
}
