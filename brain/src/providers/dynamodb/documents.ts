import { MroError } from '@mroptimum/contract';
import type { Page, PageRequest, Versioned } from '../../entities.ts';
import { pageOf, positionOf } from '../cursor.ts';
import { type Item, type Key, type Range, type Table, untilSettled } from './table.ts';
import type { Write } from './writes.ts';

/** Stored bytes of one record at most: DynamoDB takes items of 400 KB with all their attributes. */
const largestDocument = 380_000;

/** Place of a record in a list: partition of the list, and where in its order. */
export interface Place {
  readonly list: string;
  readonly at: string;
}

/** What surrounds the records of one kind, computed from the record, so that it cannot disagree with it. */
export interface Kind<T> {
  readonly name: string;
  /** Lists that name it. */
  places?(record: T): readonly Place[];
  /** Values that no other record may have: "email#ada@lab.example". */
  uniques?(record: T): readonly string[];
  /** What it adds to counters. */
  counts?(record: T): readonly { readonly counter: string; readonly name: string; readonly amount: number }[];
  /** When DynamoDB may forget it; nothing relies on the moment. */
  endsAt?(record: T): string | undefined;
}

/** A record as stored; `version` grows with every write. */
export interface Stored<T> {
  readonly record: T;
  readonly version: number;
}

const single = 'record';
/** Newest first by (time, id); ISO times sort as text. */
export const timed = ({ createdAt, id }: { readonly createdAt: string; readonly id: string }): string =>
  `${createdAt}#${id}`;

/**
 * Records of one kind. Each is one JSON document; small items beside it place it in lists, keep what is unique and
 * count, and all of them change in one transaction with it. So every list and count is exact at every moment.
 */
export function documents<T extends { readonly id: string }>(table: Table, kind: Kind<T>) {
  const keyOf = (id: string): Key => ({ pk: `${kind.name}#${id}`, sk: single });
  const uniqueKey = (value: string): Key => ({ pk: `unique#${value}`, sk: single });

  /** Items beside a record, by a text that is equal where they are. */
  function besides(record: T | undefined): Map<string, { readonly item: Item; readonly unique: boolean }> {
    if (record === undefined) return new Map();
    const { id } = record;
    const expiry = expiryOf(record);
    const placed = (kind.places?.(record) ?? []).map(({ list, at }) => ({
      item: { pk: list, sk: at, id, ...expiry },
      unique: false,
    }));
    const unique = (kind.uniques?.(record) ?? []).map((value) => ({
      item: { ...uniqueKey(value), id, ...expiry },
      unique: true,
    }));
    return new Map([...placed, ...unique].map((one) => [JSON.stringify(one.item), one]));
  }

  function expiryOf(record: T): { readonly expires?: number } {
    const endsAt = kind.endsAt?.(record);
    return endsAt === undefined ? {} : { expires: Math.ceil(Date.parse(endsAt) / 1000) };
  }

  /** Everything that changes when one record becomes another; its own item comes first. */
  function change(before: Stored<T> | undefined, after: T | undefined): Write[] {
    const known = before === undefined ? ('absent' as const) : { version: before.version };
    const [old, next] = [besides(before?.record), besides(after)];
    const [oldKeys, nextKeys] = [keysOf(old), keysOf(next)];
    return [
      after === undefined
        ? { remove: keyOf(before!.record.id), when: known }
        : { put: itemOf(after, (before?.version ?? 0) + 1), when: known },
      ...[...old.values()].flatMap(({ item }) => (nextKeys.has(textOf(item)) ? [] : [{ remove: item }])),
      ...[...next].flatMap(([text, { item, unique }]): Write[] => {
        if (old.has(text)) return [];
        return [unique && !oldKeys.has(textOf(item)) ? { put: item, when: 'absent' } : { put: item }];
      }),
      ...counted(before?.record, after),
    ];
  }

  function counted(before: T | undefined, after: T | undefined): Write[] {
    const sums = new Map<string, Map<string, number>>();
    for (const [record, sign] of [
      [before, -1],
      [after, 1],
    ] as const) {
      for (const { counter, name, amount } of record === undefined ? [] : (kind.counts?.(record) ?? [])) {
        const names = sums.get(counter) ?? new Map<string, number>();
        sums.set(counter, names.set(name, (names.get(name) ?? 0) + sign * amount));
      }
    }
    return [...sums].flatMap(([counter, names]) => {
      const amounts = Object.fromEntries([...names].filter(([, amount]) => amount !== 0));
      return Object.keys(amounts).length === 0 ? [] : [{ add: { pk: counter, sk: single }, amounts }];
    });
  }

  function itemOf(record: T, version: number): Item {
    const doc = JSON.stringify(record);
    const bytes = Buffer.byteLength(doc);
    if (bytes > largestDocument) {
      throw new MroError(
        'MRO_BRAIN_TOO_LARGE',
        `The record has ${bytes} bytes; ${largestDocument} are stored.`,
      );
    }
    return { ...keyOf(record.id), version, doc, ...expiryOf(record) };
  }

  async function stored(id: string): Promise<Stored<T> | undefined> {
    const item = await table.get(keyOf(id));
    return item && storedOf<T>(item);
  }

  const byId = async (id: string): Promise<T | undefined> => (await stored(id))?.record;

  async function all(ids: readonly string[]): Promise<T[]> {
    const found = new Map(
      (await table.getAll(ids.map(keyOf))).map((item) => [item.pk, storedOf<T>(item).record]),
    );
    // One that was deleted in between is left out.
    return ids.flatMap((id) => found.get(keyOf(id).pk) ?? []);
  }

  return {
    change,
    stored,
    byId,
    exists,
    /** Stores it whatever was there before. */
    put: (record: T): Promise<void> =>
      untilSettled(async () => {
        const failed = await table.write(change(await stored(record.id), record));
        return failed.length === 0 ? true : undefined;
      }).then(() => {}),
    async byUnique(value: string): Promise<T | undefined> {
      const item = await table.get(uniqueKey(value));
      const record = item && (await byId(String(item.id)));
      return record && kind.uniques?.(record).includes(value) ? record : undefined;
    },
    /** @throws MRO_BRAIN_EXISTS */
    async insert(record: T): Promise<void> {
      if ((await table.write(change(undefined, record))).length > 0) throw exists();
    },
    /** Stores what `next` makes of the record; undefined where there is none or `next` gives nothing. */
    modify: (id: string, next: (record: T) => T | undefined): Promise<T | undefined> =>
      untilSettled(async () => {
        const before = await stored(id);
        const after = before && next(before.record);
        if (after === undefined) return { after };
        return (await table.write(change(before, after))).length === 0 ? { after } : undefined;
      }).then(({ after }) => after),
    /** Gives whether it was there. */
    delete: (id: string): Promise<boolean> =>
      untilSettled(async () => {
        const before = await stored(id);
        if (before === undefined) return false;
        return (await table.write(change(before, undefined))).length === 0 ? true : undefined;
      }),
    async list(list: string, range: Range): Promise<T[]> {
      return all((await table.range(list, range)).map(({ id }) => String(id)));
    },
    /** A page of a list whose places are `timed`, newest first. */
    async page(list: string, { limit, cursor }: PageRequest): Promise<Page<T>> {
      const before = cursor === undefined ? {} : { before: timed(positionOf(cursor)) };
      const places = await table.range(list, { ...before, limit: limit + 1, newestFirst: true });
      const positions = places.map(({ id, sk }) => ({ id: String(id), createdAt: sk.split('#')[0]! }));
      const { items, ...next } = pageOf(positions, limit);
      return { items: await all(items.map(({ id }) => id)), ...next };
    },
  };
}

const textOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;
const keysOf = (items: ReadonlyMap<string, { readonly item: Item }>): Set<string> =>
  new Set([...items.values()].map(({ item }) => textOf(item)));

const storedOf = <T>({ doc, version }: Item): Stored<T> => ({
  record: JSON.parse(String(doc)) as T,
  version: Number(version),
});

const exists = (): MroError =>
  new MroError('MRO_BRAIN_EXISTS', 'There is one of that name or identifier already.');

/**
 * Stores a record as read with its changes, one version on.
 * @throws MRO_BRAIN_CONFLICT where it changed meanwhile, MRO_BRAIN_NOT_FOUND where it is gone, MRO_BRAIN_EXISTS
 *   where a value of it belongs to another
 */
export async function updateVersioned<T extends Versioned & { readonly id: string }>(
  table: Table,
  { stored, change }: Pick<ReturnType<typeof documents<T>>, 'stored' | 'change'>,
  record: T,
): Promise<T> {
  const before = await stored(record.id);
  if (!before) throw new MroError('MRO_BRAIN_NOT_FOUND', 'It was deleted in the meantime.');
  const next = { ...record, version: record.version + 1 };
  const isCurrent = before.record.version === record.version;
  const failed = isCurrent ? await table.write(change(before, next)) : [0];
  if (failed.length === 0) return next;
  if (!failed.includes(0)) throw exists();
  throw new MroError('MRO_BRAIN_CONFLICT', 'It was changed by somebody else in the meantime.');
}
