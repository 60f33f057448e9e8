import { MroError } from '@mroptimum/contract';

/**
 * Refuses names of bundle entries that could lead out of their folder or mean different files on different
 * systems: absolute paths, drive letters, "..", backslashes, control characters, empty or "." segments.
 * @throws MRO_BUNDLE_UNSAFE
 */
export function checkEntryName(name: string): void {
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  const reason = name.startsWith('/')
    ? 'is an absolute path'
    : name.includes('\\')
      ? 'contains a backslash'
      : /^[A-Za-z]:/.test(name)
        ? 'begins with a drive letter'
        : /\p{Cc}/u.test(name)
          ? 'contains a control character'
          : parts.includes('..')
            ? 'leads out of the bundle'
            : parts.some((part) => part === '' || part === '.')
              ? 'has an empty folder name'
              : name.length > 1024
                ? 'is longer than 1024 letters'
                : undefined;
  if (reason === undefined) return;
  const shown = JSON.stringify(name.slice(0, 120));
  throw new MroError('MRO_BUNDLE_UNSAFE', `The name ${shown} in the bundle ${reason}.`, {
    details: { name: shown },
  });
}
