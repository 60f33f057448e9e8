export type { Direction, Kernels, NoiseKey, Range } from './interface.ts';
export { oracleKernels } from './oracle.ts';
export { type WasmKernels, type WasmOptions, wasmKernels, wasmKernels as createKernels } from './wasm.ts';
