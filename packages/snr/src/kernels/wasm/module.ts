import { kernelsBase64 } from '../../../kernels/build/kernels.ts';
import type { CalibrationExports } from './calibrationExports.ts';

/** The functions that `kernels/assembly/index.ts` exports; addresses are bytes from the memory's start. */
export interface KernelExports extends CalibrationExports {
  fftRows(
    out: number,
    input: number,
    rows: number,
    plan: number,
    scratch: number,
    scale: number,
    inverse: number,
  ): void;
  fftImages(
    out: number,
    input: number,
    batch: number,
    rowPlan: number,
    columnPlan: number,
    scratch: number,
    scale: number,
    inverse: number,
  ): void;
  fftColumns(
    out: number,
    input: number,
    batch: number,
    nx: number,
    plan: number,
    scratch: number,
    scale: number,
    inverse: number,
  ): void;
  whiten(
    out: number,
    input: number,
    matrix: number,
    coils: number,
    pixels: number,
    tile: number,
    scratch: number,
  ): void;
  rss(out: number, input: number, coils: number, pixels: number, scratch: number): void;
  normalise(images: number, coils: number, pixels: number, scratch: number): void;
  inner(out: number, a: number, b: number, coils: number, pixels: number, scratch: number): void;
  unfold(
    out: number,
    unmix: number,
    folded: number,
    coils: number,
    ny: number,
    nx: number,
    my: number,
    mx: number,
    scratch: number,
  ): void;
  senseUnmix(
    unmix: number,
    gFactor: number,
    sensitivities: number,
    coils: number,
    ny: number,
    nx: number,
    rx: number,
    ry: number,
    scratch: number,
  ): void;
  noise(
    out: number,
    coils: number,
    my: number,
    mx: number,
    firstRow: number,
    endRow: number,
    seed: number,
    slice: number,
    replica: number,
    scratch: number,
  ): void;
  replicasLinear(
    sum: number,
    sumOfSquares: number,
    unmix: number,
    coils: number,
    ny: number,
    nx: number,
    my: number,
    mx: number,
    seed: number,
    slice: number,
    firstReplica: number,
    endReplica: number,
    firstRow: number,
    endRow: number,
    scratch: number,
  ): void;
  replicasRss(
    sum: number,
    sumOfSquares: number,
    images: number,
    coils: number,
    ny: number,
    nx: number,
    seed: number,
    slice: number,
    firstReplica: number,
    endReplica: number,
    firstRow: number,
    endRow: number,
    scratch: number,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** The compiled kernels; compiled once per thread, and other threads can be sent the result. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelsBase64), (letter) => letter.charCodeAt(0)));
  return compiled;
}

/** A shared memory as the kernels import it: nearly empty, grows up to 4 GB. */
export function kernelMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
}

/** Instantiates the kernels on a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
}
