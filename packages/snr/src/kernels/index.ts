export type { CalibrationKernels, GrappaImages, GrappaKernels } from './calibration.ts';
export type { Direction, Kernels, NoiseKey, Range } from './interface.ts';
export { oracleKernels } from './oracle.ts';
