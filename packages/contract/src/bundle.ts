import { z } from 'zod';

/** How voxels are stored in a map's file. */
export const pixelFormats = ['uint8', 'float32', 'complex64'] as const;
export type PixelFormat = (typeof pixelFormats)[number];

/** What a map is: a result, something beside it, or a mask. */
export type MapType = 'output' | 'accessory' | 'mask';

/** One kind of map: its stable number, its name for people, its file and its variable in matlab.mat. */
export interface ResultMap {
  readonly id: number;
  readonly name: string;
  /** Path inside the bundle. */
  readonly filename: string;
  readonly type: MapType;
  /** 2 for coil × coil matrices, 3 for images. */
  readonly dim: 2 | 3;
  /** Variable name in matlab.mat. */
  readonly variable: string;
  /** Values are real by definition (older bundles store some of them as complex numbers). */
  readonly real: boolean;
}

const map = (
  id: number,
  name: string,
  variable: string,
  real: boolean,
  more: Partial<Pick<ResultMap, 'type' | 'dim' | 'filename'>> = {},
): ResultMap => ({
  id,
  name,
  variable,
  real,
  filename: `data/${variable}.nii.gz`,
  type: 'output',
  dim: 3,
  ...more,
});

/** Every map of a result bundle but the coil sensitivities, which `coilSensitivityMap` numbers. */
export const resultMaps = {
  snr: map(0, 'SNR', 'SNR', true),
  noiseCovariance: map(1, 'Noise Covariance', 'NC', false, { dim: 2 }),
  noiseCoefficients: map(2, 'Noise Coefficients', 'NCC', false, { dim: 2 }),
  gFactor: map(3, 'g Factor', 'G', true, { type: 'accessory' }),
  inverseGFactor: map(4, 'Inverse g Factor', 'IG', true, { type: 'accessory' }),
  gFactorGrappa: map(5, 'g Factor GRAPPA', 'G_GRAPPA', true, { type: 'accessory' }),
  inverseGFactorGrappa: map(6, 'Inverse g Factor GRAPPA', 'IG_GRAPPA', true, { type: 'accessory' }),
  reconstruction: map(7, 'Reconstruction', 'RECON', false),
  snrFlipAngleCorrected: map(8, 'SNR flip-angle corrected', 'SNR_FA_corrected', true),
  flipAngle: map(9, 'FA on SNR grid', 'FA_on_SNR', true, { type: 'accessory' }),
  sensitivityMask: map(100, 'Coil Sensitivity Mask', 'mask', true, {
    type: 'mask',
    filename: 'data/mask_00.nii.gz',
  }),
  snrLower: map(200, 'SNR 95 % lower', 'SNR_lower', true, { type: 'accessory' }),
  snrUpper: map(201, 'SNR 95 % upper', 'SNR_upper', true, { type: 'accessory' }),
} as const satisfies Record<string, ResultMap>;

/** Ids of coil sensitivities begin here, beyond every other map, so that no number of coils collides. */
export const firstCoilSensitivityId = 1000;

/** The sensitivity of coil `coil` (0-based): id 1000 + coil, `data/sensitivity_00.nii.gz`. */
export function coilSensitivityMap(coil: number): ResultMap {
  const number = String(coil).padStart(2, '0');
  return map(firstCoilSensitivityId + coil, `Coil Sensitivity ${number}`, `sensitivity_${number}`, false, {
    type: 'accessory',
  });
}

/** One line of the log of a calculation; `when` is kept as it was written (ISO 8601, or `dd/mm/YYYY, HH:MM:SS`). */
export const logEntrySchema = z.looseObject({
  when: z.string(),
  what: z.string(),
  type: z.string(),
  settings: z.unknown().optional(),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** One map as info.json lists it. */
export const bundleEntrySchema = z.looseObject({
  filename: z.string().min(1),
  id: z.number().int(),
  dim: z.number().int(),
  name: z.string(),
  type: z.string(),
  numpyPixelType: z.string(),
  pixelType: z.enum(['real', 'complex']),
});
export type BundleEntry = z.infer<typeof bundleEntrySchema>;

/** What a result says about how its numbers came about; older bundles know the first two alone. */
export const bundleSummarySchema = z.looseObject({
  calculation_time: z.number().nullish(),
  slices: z.number().int().nullish(),
  method: z.string().optional(),
  reconstruction: z.string().optional(),
  /** 'relative' where no noise was known: the map is proportional to SNR, by an unknown factor. */
  snrUnits: z.enum(['absolute', 'relative']).optional(),
  noise: z
    .looseObject({
      source: z.string(),
      samples: z.number(),
      bandwidth: z.number(),
      covarianceScale: z.number(),
    })
    .optional(),
  replicas: z.number().int().optional(),
  seed: z.number().int().optional(),
  engine: z.looseObject({ version: z.string(), kernel: z.string() }).optional(),
});
export type BundleSummary = z.infer<typeof bundleSummarySchema>;

/** `info.json` of a result or failure bundle. */
export const bundleInfoSchema = z.looseObject({
  headers: z.looseObject({
    calculation_time: z.number().nullish(),
    options: z.record(z.string(), z.unknown()),
    log: z.array(logEntrySchema),
  }),
  data: z.array(bundleEntrySchema),
  info: bundleSummarySchema,
  user_id: z.union([z.string(), z.number()]).nullish(),
});
export type BundleInfo = z.infer<typeof bundleInfoSchema>;

/** `error.json` of a failure bundle. */
export const bundleFailureSchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});
export type BundleFailure = z.infer<typeof bundleFailureSchema>;
