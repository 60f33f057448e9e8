import type { Geometry } from '@mroptimum/contract';

/**
 * Complex samples, interleaved (re, im) float32, C order: the last axis varies fastest.
 * `data.length === 2 * product(shape)`.
 */
export interface ComplexArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export type RawFormat = 'twix' | 'ismrmrd' | 'bart' | 'npy' | 'npz' | 'mat';

/** What a file says about its acquisition. Never holds anything that identifies a patient. */
export interface AcquisitionHeader {
  readonly format: RawFormat;
  /** e.g. "VB17", "VE11C", "XA61", "1.x", "v7.3" */
  readonly variant: string;
  /** True samples, lines and so on after zero-filling to the full matrix, readout oversampling still in. */
  readonly coils: number;
  readonly readout: number;
  readonly phase: number;
  readonly partitions: number;
  readonly slices: number;
  readonly repetitions: number;
  readonly averages: number;
  /** 1 or 2 (or what the header says): samples along readout / matrix along readout. */
  readonly readoutOversampling: number;
  /** Acceleration [readout, phase] as found in the data (data win over the header). */
  readonly acceleration: readonly [number, number];
  readonly accelerationPartition: number;
  /** Lines acquired as calibration reference, 0 without. */
  readonly referenceLines: number;
  /** Seconds per (oversampled) sample of the image; undefined where unknown. */
  readonly dwellTime?: number;
  /** Present when the file itself carries noise (multi-RAID adjustment scan, noise lines, noise acquisitions). */
  readonly noise?: {
    readonly source: string;
    readonly coils: number;
    readonly readouts: number;
    readonly samplesPerReadout: number;
    readonly dwellTime?: number;
  };
  /** Of the whole image volume (all slices stacked in spatial order), readout oversampling removed. */
  readonly geometry?: Geometry;
  readonly protocol?: string;
  readonly sequence?: string;
  readonly system?: { readonly vendor?: string; readonly model?: string; readonly fieldStrength?: number };
  readonly coilNames?: readonly string[];
}

/** Calibration lines in their place in the full matrix. */
export interface ReferenceLines {
  /** (coil, phase, readout), zero where not acquired. */
  readonly kspace: ComplexArray;
  /** (phase): 1 where a reference line was acquired. */
  readonly acquired: Uint8Array;
  /** True when these lines are part of the imaging lattice as well (integrated ACS). */
  readonly integrated: boolean;
}

/** k-space of one slice (2D) or of one volume's partition (3D, before the partition transform). */
export interface KSpaceSlice {
  /** (repetition, coil, phase, readout); averages are averaged; zero-filled to the full matrix at its true centre. */
  readonly kspace: ComplexArray;
  /** (repetition, phase): how many averages were acquired of that line, 0 where none. */
  readonly acquired: Uint8Array;
  /** First acquired readout sample and one past the last (asymmetric echo), in samples of `kspace`. */
  readonly acquiredReadout: readonly [number, number];
  readonly reference?: ReferenceLines;
}

/** Noise-only samples. */
export interface NoiseSamples {
  /** (coil, readout line, sample); a plain list of samples is (coil, 1, n). */
  readonly samples: ComplexArray;
  /** Seconds per sample as acquired. */
  readonly dwellTime?: number;
  /** Relative receiver noise bandwidth as the file states it, for scans too short to measure it. */
  readonly statedBandwidth?: number;
  /** What it is, in words: "adjustment scan of the same file", "noise lines", "noise file". */
  readonly source: string;
}

/** What to read of a slice, and where to. */
export interface ReadOptions {
  /** Partition of a 3D encoding, 0 by default. */
  readonly partition?: number;
  /** Only the first so many repetitions are read; all by default. */
  readonly repetitions?: number;
  /**
   * Memory of an earlier slice's k-space that is no longer needed; it is used where it has the right size. Fresh
   * memory costs more time than reading what fills it.
   */
  readonly into?: Float32Array;
  readonly signal?: AbortSignal;
}

/** An open raw file. Slices are in spatial order (slice 0 first along geometry's z). */
export interface RawData {
  readonly header: AcquisitionHeader;
  /** Sentences for the log: where header and data disagree, what was assumed. */
  readonly notes: readonly string[];
  /** k-space of slice `slice`; for 3D encodings `partition` selects the partition. Reads ranges only. */
  readSlice(slice: number, options?: ReadOptions): Promise<KSpaceSlice>;
  /** Noise inside this file: of its adjustment scan or noise lines, else (a noise-only file) its imaging lines. */
  readNoise(options?: { signal?: AbortSignal }): Promise<NoiseSamples>;
  close(): Promise<void>;
}

/** What the caller knows about a file and the file may not say. */
export interface OpenOptions {
  /** Axes of arrays without a header, e.g. "xyc", "xycr", "xysc", "nc" (see contract: x y z s c r n). */
  readonly axes?: string;
  /** Voxel size in mm for arrays without a header. */
  readonly spacing?: readonly number[];
  /** Variable or dataset name in npz and mat files; default: the only or the largest complex one. */
  readonly variable?: string;
  /** Companion bytes (BART: the .hdr beside a .cfl). */
  readonly companion?: import('@mroptimum/contract').ByteSource;
}
