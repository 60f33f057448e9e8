import { MroError } from '@mroptimum/contract';
import type { PipelineEvent } from '../../entities.ts';
import type { Records } from '../records.ts';
import { type Table, untilSettled } from './table.ts';
import type { Write } from './writes.ts';

type NewEvent = Omit<PipelineEvent, 'sequence' | 'pipelineId'>;

/** Events that one transaction adds: DynamoDB takes 100 writes. */
const batch = 90;
const most = 1_000_000;

const partitionOf = (id: string): string => `events#${id}`;
const lastOf = (id: string) => ({ pk: `pipeline#${id}`, sk: 'lastEvent' });
/** Digits enough that text sorts as numbers do. */
const place = (sequence: number): string => String(sequence).padStart(10, '0');

const eventItem = (pipelineId: string, sequence: number, { at, type, data }: NewEvent) => {
  const event: PipelineEvent = { pipelineId, sequence, at, type, data };
  return { put: { pk: partitionOf(pipelineId), sk: place(sequence), doc: JSON.stringify(event) } };
};

/** Events of jobs. An item per job holds the last sequence; who adds events moves it on in the same transaction. */
export function eventLog(table: Table) {
  const last = async (id: string): Promise<number | undefined> => {
    const item = await table.get(lastOf(id));
    return item && Number(item.last);
  };

  /** The events after `from`, which must be the last one when they are written. */
  const add = (id: string, from: number, events: readonly NewEvent[]): Write[] => [
    { put: { ...lastOf(id), last: from + events.length }, when: { last: from } },
    ...events.map((event, i) => eventItem(id, from + i + 1, event)),
  ];

  return {
    last,
    add,
    begin: (id: string, first: NewEvent): Write[] => [
      { put: { ...lastOf(id), last: 1 }, when: 'absent' },
      eventItem(id, 1, first),
    ],
    end: (id: string): Write => ({ remove: lastOf(id) }),
    async clear(id: string): Promise<void> {
      const items = await table.range(partitionOf(id), { limit: most });
      for (let i = 0; i < items.length; i += batch)
        await table.write(items.slice(i, i + batch).map((item) => ({ remove: item })));
    },
    async append(id: string, events: readonly NewEvent[]): Promise<number> {
      let reached = 0;
      for (let i = 0; i < events.length; i += batch) {
        reached = await untilSettled(async () => {
          const from = await last(id);
          if (from === undefined)
            throw new MroError('MRO_BRAIN_NOT_FOUND', 'The job was deleted in the meantime.');
          const some = events.slice(i, i + batch);
          return (await table.write(add(id, from, some))).length === 0 ? from + some.length : undefined;
        });
      }
      return reached;
    },
    /**
     * A query may see some events of a transaction before others: what follows a gap is left for the next one,
     * so that whoever reads on from the last sequence misses nothing.
     */
    read: async (id: string, after: number, limit: number): Promise<readonly PipelineEvent[]> => {
      const items = await table.range(partitionOf(id), { from: place(after + 1), limit });
      const events = items.map(({ doc }) => JSON.parse(String(doc)) as PipelineEvent);
      const gap = events.findIndex(({ sequence }, i) => sequence !== after + 1 + i);
      return gap === -1 ? events : events.slice(0, gap);
    },
  } satisfies Record<string, unknown> & {
    append: Records['pipelines']['append'];
    read: Records['pipelines']['events'];
  };
}
