export * from './arrays.ts';
export * from './errors.ts';
export * from './noise.ts';
export { createComputer, kernelBytes, type SliceComputer } from './parallel/index.ts';
export * from './run.ts';
export { centredBlock } from './sampling.ts';
export * from './settings.ts';
