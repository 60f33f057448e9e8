import { MroError } from '@mroptimum/contract';

const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/**
 * Keys are folders and a name of plain letters, digits, ".", "_" and "-"; none begins with a dot, so none can leave
 * its folder or hide in it.
 * @throws MRO_BRAIN_INVALID
 */
export function checkKey(key: string): string {
  if (key.length <= 512 && key.split('/').every((part) => segment.test(part))) return key;
  throw new MroError('MRO_BRAIN_INVALID', 'The key of an object holds letters that are not allowed.');
}

/** In a URL a key is one path segment. */
export const urlSegment = (key: string): string => checkKey(key).replaceAll('/', '~');
export const keyOfSegment = (segment: string): string => checkKey(segment.replaceAll('~', '/'));

/** Folder of what was taken out of bundles; its objects may be removed at any time, and are after some days. */
export const entryFolder = 'maps/';
