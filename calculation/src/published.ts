import { withoutSecrets } from '@mroptimum/contract';

/**
 * A task or job as it may be written into a bundle: without secrets, and local files named without their
 * folders, which often tell who the user or the patient is.
 */
export function published<T>(value: T): T {
  return withoutFolders(withoutSecrets(value)) as T;
}

function withoutFolders(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFolders);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  const copy = Object.fromEntries(
    Object.entries(fields).map(([name, entry]) => [name, withoutFolders(entry)]),
  );
  if (typeof fields.type === 'string' && /^local$/i.test(fields.type)) {
    for (const name of ['filename', 'key']) {
      const path = fields[name];
      if (typeof path === 'string') copy[name] = path.split(/[/\\]/).pop();
    }
  }
  return copy;
}
