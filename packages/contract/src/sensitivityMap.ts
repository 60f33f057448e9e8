import { z } from 'zod';
import { fileRefSchema } from './fileRef.ts';
import { nameOf } from './names.ts';

const espiritFields = {
  k: z.int().min(2).max(32).optional(),
  r: z.int().min(4).max(512).optional(),
  t: z.number().positive().lt(1).optional(),
  c: z.number().min(0).max(1).optional(),
};

const maskNames = [
  'no',
  'reference',
  'threshold',
  'percentage',
  'percentagemean',
  'espirit',
  'upload',
] as const;
const method = <const Name extends (typeof maskNames)[number]>(name: Name) => z.literal(name);

/** A mask as a bare name ("reference", "espirit") and the name in any case, "zero" meaning none. */
function legacyMask(value: unknown): unknown {
  if (value === null || value === undefined || value === false) return { method: 'no' };
  // Older code took a larger ESPIRiT kernel for the bare name than for the object without k.
  if (typeof value === 'string')
    return { method: maskName(value), ...(maskName(value) === 'espirit' && { k: 8 }) };
  if (typeof value !== 'object') return value;
  const named = (value as { method?: unknown }).method;
  if (named === undefined || named === null) return { ...value, method: 'no' };
  return typeof named === 'string' ? { ...value, method: maskName(named) } : value;
}

function maskName(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower === 'zero' || lower === 'none' ? 'no' : lower;
}

/** The object mask; see science.md for what each method keeps. */
export const maskSchema = z.preprocess(
  legacyMask,
  z.discriminatedUnion(
    'method',
    [
      z.looseObject({ method: method('no') }),
      z.looseObject({ method: method('reference') }),
      z.looseObject({ method: method('threshold'), value: z.number().min(0) }),
      z.looseObject({ method: method('percentage'), value: z.number().min(0).max(100) }),
      z.looseObject({ method: method('percentagemean'), value: z.number().min(0) }),
      z.looseObject({ method: method('espirit'), ...espiritFields }),
      z.looseObject({ method: method('upload'), file: fileRefSchema }),
    ],
    { error: `one of ${maskNames.join(', ')}` },
  ),
);
export type Mask = z.infer<typeof maskSchema>;

/** How coil sensitivities come about. */
export const sensitivityMethodNames = ['inner', 'innerACL', 'espirit', 'upload', 'bodycoil'] as const;

const sensitivityMethod = nameOf(sensitivityMethodNames, {
  inner_acl: 'innerACL',
  'inner acl': 'innerACL',
  acl: 'innerACL',
  external: 'upload',
  load: 'upload',
  body_coil: 'bodycoil',
  'body coil': 'bodycoil',
});

export const sensitivityMapSchema = z.looseObject({
  type: z.string().optional(),
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  name: z.string().optional(),
  options: z.looseObject({
    sensitivityMapMethod: sensitivityMethod.default('inner'),
    window: nameOf(['hann', 'none'], { rect: 'none', rectangular: 'none', hanning: 'hann' }).default('hann'),
    loadSensitivity: z.boolean().nullish(),
    /** Maps (…, coil), a reference scan, or the body-coil image. */
    sensitivityMapSource: fileRefSchema.optional(),
    ...espiritFields,
    mask: maskSchema.default({ method: 'no' }),
  }),
});
export type SensitivityMap = z.infer<typeof sensitivityMapSchema>;
