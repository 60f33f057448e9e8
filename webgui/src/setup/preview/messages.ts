import type { MaskSettings } from '@mroptimum/snr';

/** A file that the worker reads by its link. */
export interface PreviewFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly link: string;
  readonly axes: string;
  readonly variable: string;
}

/** What a preview shows. */
export interface PreviewRequest {
  readonly signal: PreviewFile;
  readonly noise: PreviewFile | undefined;
  readonly noiseScale: number | undefined;
  readonly noiseBandwidth: number | undefined;
  /** From 0; undefined: the middle one. */
  readonly slice: number | undefined;
  readonly mask: MaskSettings;
  readonly window: 'hann' | 'none';
  /** Calibration block [readout, phase] where one is cut out; undefined: all data. */
  readonly acl: readonly [number | null, number | null] | undefined;
}

/** One slice with its mask. */
export interface Preview {
  readonly slices: number;
  readonly slice: number;
  /** How the stored image is turned over to lie as results are shown: left, posterior and inferior at their usual sides. */
  readonly mirrored: { readonly x: boolean; readonly y: boolean };
  readonly ny: number;
  readonly nx: number;
  /** Magnitude of the image (ny, nx). */
  readonly image: Float32Array;
  /** 1 inside the object (ny, nx). */
  readonly mask: Uint8Array;
}

export type PreviewAnswer =
  | { readonly id: number; readonly preview: Preview }
  | { readonly id: number; readonly problem: { code: string; message: string; hint: string } };
