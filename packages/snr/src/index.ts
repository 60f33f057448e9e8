export * from './arrays.ts';
export * from './errors.ts';
export * from './settings.ts';
