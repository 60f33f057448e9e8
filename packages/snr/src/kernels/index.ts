export type { Direction, Kernels, NoiseKey, Range } from './interface.ts';
export { type WasmKernels, wasmKernels as createKernels } from './wasm/kernels.ts';
