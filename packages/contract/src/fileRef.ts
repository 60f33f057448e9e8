import { z } from 'zod';
import { nameOf } from './names.ts';

/** Who wrote the file. Readers detect formats by content; the vendor is a cross-check and a label. */
export const vendorNames = ['Siemens', 'ISMRMRD', 'BART', 'numpy', 'MATLAB', 'ITK', 'auto'] as const;

/** What an array without a header cannot say about itself. */
export const arrayOptionsSchema = z.looseObject({
  /** One letter per axis: x readout, y phase, z partition, s slice, c coil, r repetition, n samples. */
  axes: z
    .string()
    .regex(/^[xyzscrn]{1,7}$/i, 'axis letters out of x y z s c r n')
    .optional(),
  /** Ψ of the image = noiseScale · Ψ̂ / bandwidth. */
  noiseScale: z.number().positive().optional(),
  /** Noise-equivalent bandwidth β; measured where absent. */
  noiseBandwidth: z.number().positive().max(1).optional(),
  /** Voxel size in mm along x, y, z. */
  spacing: z.array(z.number().positive()).min(1).max(3).optional(),
  /** Variable of an .npz or .mat file. */
  variable: z.string().min(1).optional(),
});

/** A file a task needs, wherever it lies. */
export const fileRefSchema = z
  .looseObject({
    type: nameOf(['file']).default('file'),
    id: z.union([z.number(), z.string(), z.null()]).optional(),
    options: z.looseObject({
      type: nameOf(['local', 's3', 'url'], { http: 'url', https: 'url' }),
      filename: z.string().min(1).optional(),
      vendor: nameOf(vendorNames, { unknown: 'auto', '': 'auto', npy: 'numpy', mrd: 'ISMRMRD' }).default(
        'auto',
      ),
      /** True: the noise is the adjustment scan inside this file. */
      multiraid: z.preprocess((value) => value ?? false, z.boolean()),
      bucket: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
      presigned_url: z.string().min(1).nullish(),
      options: z.preprocess((value) => value ?? {}, arrayOptionsSchema),
    }),
  })
  .check((context) => {
    const { type, filename, key, bucket, presigned_url } = context.value.options;
    const expected =
      type === 'local' && !filename && !key
        ? 'a filename (type "local")'
        : type === 's3' && !presigned_url && !(bucket && key)
          ? 'a bucket and a key, or a presigned_url (type "s3")'
          : type === 'url' && !presigned_url && !filename
            ? 'a presigned_url or an address as filename (type "url")'
            : undefined;
    if (expected !== undefined) {
      context.issues.push({
        code: 'custom',
        message: expected,
        input: context.value.options,
        path: ['options'],
      });
    }
  });
export type FileRef = z.infer<typeof fileRefSchema>;

/** Name of a file for messages and logs: its last path component. */
export function fileLabel(file: FileRef): string {
  const { filename, key, type } = file.options;
  const path = filename ?? key ?? type;
  return path.split(/[?#]/)[0]!.split(/[/\\]/).pop() || type;
}
