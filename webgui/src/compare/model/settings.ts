/** A field of the settings, and its value in each result ('' where it has none). */
export interface SettingsRow {
  readonly path: string;
  readonly values: readonly string[];
}

/** Fields as paths: `options.reconstructor.name` → 'sense'. Lists of plain values are one value. */
export function flattened(value: unknown, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  const isPlain = (item: unknown): boolean => typeof item !== 'object' || item === null;
  if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) {
    if (value !== undefined) found.set(path, Array.isArray(value) ? JSON.stringify(value) : String(value));
    return found;
  }
  for (const [key, item] of Object.entries(value as object)) {
    for (const entry of flattened(item, path === '' ? key : `${path}.${key}`)) found.set(...entry);
  }
  return found;
}

/** Where the server keeps a file says nothing beside its id and name. */
const isStorage = (path: string): boolean => /\.options\.(bucket|key)$/.test(path);

/** Every field whose value is not the same in all of them, in the order in which they occur. */
export function differingSettings(settings: readonly unknown[]): SettingsRow[] {
  const flat = settings.map((value) => flattened(value));
  const paths = [...new Set(flat.flatMap((fields) => [...fields.keys()]))];
  return paths
    .filter((path) => !isStorage(path))
    .map((path) => ({ path, values: flat.map((fields) => fields.get(path) ?? '') }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}
