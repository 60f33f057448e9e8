import { join } from 'node:path';

/** Where what lies below the data folder. */
export const placesIn = (folder: string) => ({
  records: join(folder, 'records.sqlite'),
  objects: join(folder, 'objects'),
  mail: join(folder, 'mail'),
  keys: join(folder, 'keys'),
  signingKeys: join(folder, 'keys', 'signing.json'),
  linkKey: join(folder, 'keys', 'links'),
});
