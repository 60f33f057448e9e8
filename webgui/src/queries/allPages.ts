interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
}

/** Everything of a list that comes in pages, up to `most`. */
export async function allPages<T>(
  ask: (cursor: string | undefined) => Promise<Page<T>>,
  most = 10_000,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && found.length < most);
  return found;
}
