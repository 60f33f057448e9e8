import { z } from 'zod';
import { fileRefSchema } from './fileRef.ts';
import { methodNames, nameOf, reconstructionNames } from './names.ts';
import { maskSchema, sensitivityMapSchema } from './sensitivityMap.ts';

const informativeId = z.union([z.number(), z.string(), z.null()]).optional();
const perAxis = <Entry extends z.ZodType>(entry: Entry) => z.tuple([entry, entry]);

export const reconstructorSchema = z.looseObject({
  type: z.string().optional(),
  id: informativeId,
  name: nameOf(reconstructionNames),
  options: z.looseObject({
    signal: fileRefSchema,
    noise: fileRefSchema.optional(),
    /** Retrospective undersampling of fully sampled data. */
    decimate: z.preprocess((value) => value ?? false, z.boolean()),
    /** [readout, phase] */
    accelerations: perAxis(z.int().min(1).max(64)).optional(),
    /** Calibration lines [readout, phase]; null: all lines of that axis. */
    acl: perAxis(z.int().min(1).nullable()).optional(),
    /** GRAPPA patch [readout, phase]. */
    kernelSize: perAxis(z.int().min(1).max(64)).optional(),
    sensitivityMap: sensitivityMapSchema.optional(),
    /** Object mask of every reconstruction; older tasks put the mask of the sensitivities here too. */
    mask: maskSchema.optional(),
    correction: z
      .looseObject({
        useCorrection: z.preprocess((value) => value ?? false, z.boolean()),
        faCorrection: fileRefSchema.optional(),
      })
      .optional(),
    gfactor: z.preprocess((value) => value ?? false, z.boolean()),
  }),
});
export type Reconstructor = z.infer<typeof reconstructorSchema>;

/** The calculation request, version v0. */
export const taskSchema = z.looseObject({
  version: nameOf(['v0']),
  /** 2: k-space of slices (partition-encoded volumes are turned into slices). */
  acquisition: z.literal(2).default(2),
  type: nameOf(['snr']).default('snr'),
  id: informativeId,
  name: nameOf(methodNames),
  options: z.looseObject({
    /** Replicas of pmr and cr. */
    NR: z.int().min(2).max(100_000).optional(),
    /** Half-width of the box of cr and di, in pixels. */
    boxSize: z.int().min(1).max(256).optional(),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    reconstructor: reconstructorSchema,
  }),
  files: z.array(z.string()).optional(),
});
export type Task = z.infer<typeof taskSchema>;
