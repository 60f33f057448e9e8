import type { ComplexArray, RealArray } from './arrays.ts';
import type { SliceComputer } from './parallel/computer.ts';

export type Method = 'ac' | 'mr' | 'pmr' | 'cr' | 'di';
export type Reconstruction = 'rss' | 'b1' | 'sense' | 'grappa';
type SensitivityMethod = 'inner' | 'innerACL' | 'espirit' | 'external' | 'bodycoil';

/** ESPIRiT: kernel k, calibration size r (lines), rank threshold t (of the largest singular value), crop c. */
export interface EspiritSettings {
  readonly k: number;
  readonly r: number;
  readonly t: number;
  readonly c: number;
}

export type MaskSettings =
  | { readonly method: 'no' }
  | { readonly method: 'reference' }
  | { readonly method: 'threshold'; readonly value: number }
  | { readonly method: 'percentage'; readonly value: number }
  | { readonly method: 'percentagemean'; readonly value: number }
  | ({ readonly method: 'espirit' } & EspiritSettings)
  /** The mask of each slice comes with its SliceInput. */
  | { readonly method: 'upload' };

/** Everything that decides a map's numbers, besides the data. */
export interface SnrSettings {
  readonly method: Method;
  readonly reconstruction: Reconstruction;
  /** Synthetic replicas of pmr and cr. */
  readonly replicas: number;
  /** Half-width of the box of cr and di, pixels. */
  readonly box: number;
  readonly seed: number;
  /** Retrospective undersampling of fully sampled data. */
  readonly decimate: boolean;
  /** [readout, phase]; with decimate what to keep, without it what the data are expected to be (undefined: found in the data). */
  readonly accelerations?: readonly [number, number];
  /** Centred calibration block [readout, phase] taken from the full data with decimate; null: all of that axis. */
  readonly acl: readonly [number | null, number | null];
  /** GRAPPA patch [readout, phase] on the full grid. */
  readonly kernel: readonly [number, number];
  /** GRAPPA Tikhonov weight relative to the normal matrix. */
  readonly tikhonov: number;
  readonly sensitivities: {
    readonly method: SensitivityMethod;
    readonly window: 'hann' | 'none';
    readonly espirit: EspiritSettings;
  };
  readonly mask: MaskSettings;
  readonly gFactor: boolean;
  /** Hand the sensitivities out with the maps. */
  readonly keepSensitivities: boolean;
}

export const defaultSettings: SnrSettings = {
  method: 'ac',
  reconstruction: 'rss',
  replicas: 100,
  box: 9,
  seed: 0,
  decimate: false,
  acl: [null, null],
  kernel: [5, 5],
  tikhonov: 0.01,
  sensitivities: { method: 'inner', window: 'hann', espirit: { k: 6, r: 24, t: 0.01, c: 0.9925 } },
  mask: { method: 'no' },
  gFactor: false,
  keepSensitivities: false,
};

/** k-space of one slice as read: not prewhitened, readout oversampling still in. */
export interface SliceInput {
  /** (repetition, coil, phase, readout), zero where not acquired. */
  readonly kspace: ComplexArray;
  /** (repetition, phase): averages acquired of that line, 0 where none. */
  readonly acquired: Uint8Array;
  /** Acquired part of the readout, in samples of `kspace`. */
  readonly acquiredReadout: readonly [number, number];
  readonly reference?: {
    /** (coil, phase, readout) */
    readonly kspace: ComplexArray;
    /** (phase) */
    readonly acquired: Uint8Array;
    readonly integrated: boolean;
  };
  /** Samples along the readout per pixel: 1 or 2. */
  readonly readoutOversampling: number;
  /** External sensitivities (coil, y, x), or with 'bodycoil' the body-coil image (1, y, x). */
  readonly maps?: ComplexArray;
  /** Uploaded mask (y, x): object where > 0. */
  readonly mask?: RealArray;
  /** Called once the slice has been computed: its memory may be used again. */
  readonly release?: () => void;
}

/** Noise of the image data, from `estimateNoise` and `scaleNoise`. */
export interface NoiseModel {
  /** (coil, coil): total complex covariance E[n nᴴ] of one image k-space sample of one average. */
  readonly covariance: ComplexArray;
  readonly bandwidth: number;
  /** Number of complex samples it was estimated from. */
  readonly samples: number;
  /** What Ψ̂ was multiplied by: noiseScale / bandwidth · dwellNoise / dwellImage. */
  readonly scale: number;
}

/** The maps of one slice, shape (y, x) each. */
export interface SliceMaps {
  readonly slice: number;
  readonly shape: readonly [ny: number, nx: number];
  readonly snr: Float32Array;
  /** Interleaved complex64 (2·ny·nx) or, for rss, real float32 (ny·nx). */
  readonly reconstruction: Float32Array;
  readonly gFactor?: Float32Array;
  /** 1 inside the object. */
  readonly mask?: Uint8Array;
  /** (coil, y, x) of the data's own units (not prewhitened). */
  readonly sensitivities?: ComplexArray;
  /** 95 % interval of snr from the χ² distribution of its σ (mr, pmr, cr, di). */
  readonly confidence?: { readonly lower: Float32Array; readonly upper: Float32Array };
  /** Value of di over all pixels of the mask (or of the whole map). */
  readonly differenceValue?: number;
  /** Sentences for the log. */
  readonly notes: readonly string[];
}

/** Options of a run. */
export interface RunOptions {
  /** Only the slices `from` … `to` − 1; all of them by default. A slice's maps do not depend on the others. */
  readonly range?: { readonly from: number; readonly to: number };
  /** Threads to use, 1 by default; with more than one, slices (and replicas of one slice) are spread over workers. */
  readonly threads?: number;
  /** Threads kept from run to run, from `createComputer`; the caller closes them. */
  readonly computer?: SliceComputer;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}
