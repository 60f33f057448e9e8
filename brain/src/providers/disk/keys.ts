import { join } from 'node:path';

/** Places below the data folder. */
export interface Places {
  readonly objects: string;
  readonly multipart: string;
  readonly temporary: string;
}

export const placesIn = (folder: string): Places => ({
  objects: join(folder, 'objects'),
  multipart: join(folder, 'multipart'),
  temporary: join(folder, 'temporary'),
});
