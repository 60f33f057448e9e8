// The readers alone, without anything of Node: for a worker of a web page.
export type { AcquisitionHeader, OpenOptions, RawData } from './acquisition.ts';
export { openRaw } from './open.ts';
