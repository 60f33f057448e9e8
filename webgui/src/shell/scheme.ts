import { localStorageColorSchemeManager } from '@mantine/core';

/** Where the choice of light or dark is kept; `public/scheme.js` reads the same key before the first paint. */
export const schemeStore = localStorageColorSchemeManager({ key: 'mroptimum-scheme' });
