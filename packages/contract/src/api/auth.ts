import { z } from 'zod';

const shortText = z.string().trim().max(200);

/** Case and surrounding blanks of an address mean nothing. */
export const emailSchema = z
  .string()
  .max(254)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email('an e-mail address was expected'));

/** Bounded, so that hashing stays cheap; the rules of new passwords are in `passwordProblems`. */
const passwordSchema = z.string().min(1).max(256);

const usernameSchema = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.string().regex(/^[\p{L}\p{N}._-]{2,64}$/u, '2 to 64 letters, digits, dots, hyphens were expected'));

export const registerSchema = z.object({
  email: emailSchema,
  password: passwordSchema,
  username: usernameSchema,
  firstname: shortText.default(''),
  lastname: shortText.default(''),
  institution: shortText.optional(),
  title: shortText.optional(),
});
export type Registration = z.infer<typeof registerSchema>;

export const registeredSchema = z.object({ message: z.string(), status: z.enum(['pending', 'approved']) });

export const loginSchema = z.object({ email: z.string().min(1).max(254), password: passwordSchema });

export const signedInSchema = z.object({
  success: z.literal(true),
  message: z.string(),
  /** The same as `access_token`, under the name that older clients read. */
  id_token: z.string(),
  access_token: z.string(),
  /** For one use: every refresh gives a new one, and using an old one signs the device out. */
  refresh_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds that the access token is valid. */
  expires_in: z.number(),
  user_id: z.string(),
});
export type SignedIn = z.infer<typeof signedInSchema>;

export const refreshSchema = z.object({ refresh_token: z.string().min(1).max(512) });
export const changePasswordSchema = z.object({ oldPassword: passwordSchema, newPassword: passwordSchema });
export const forgotPasswordSchema = z.object({ email: z.string().min(1).max(254) });
export const resetPasswordSchema = z.object({
  email: z.string().min(1).max(254),
  code: z.string().trim().min(1).max(32),
  newPassword: passwordSchema,
});

/** Upper limits; what is absent follows the server's setting. */
export const quotaSchema = z.object({
  storageBytes: z.number().int().min(0).optional(),
  jobsPerMonth: z
    .object({
      local: z.number().int().min(0).optional(),
      mode1: z.number().int().min(0).optional(),
      mode2: z.number().int().min(0).optional(),
    })
    .optional(),
});

/** An account as itself and administrators see it. */
export const accountSchema = z.object({
  id: z.string(),
  email: z.string(),
  username: z.string(),
  firstname: z.string(),
  lastname: z.string(),
  institution: z.string().optional(),
  title: z.string().optional(),
  status: z.enum(['pending', 'approved', 'disabled']),
  level: z.enum(['user', 'developer', 'admin']),
  isAdmin: z.boolean(),
  quota: quotaSchema,
  created_at: z.string(),
  updated_at: z.string(),
  version: z.number(),
});
export type AccountView = z.infer<typeof accountSchema>;

export const profileSchema = accountSchema.extend({
  /** `id` once more, under the names that older clients read. */
  userId: z.string(),
  sub: z.string(),
  /** Bytes of all files, and how many there may be. */
  usage: z.object({ storageBytes: z.number(), storageLimit: z.number().optional() }),
});

/** What a personal token may be allowed. */
export const scopes = [
  'data:read',
  'data:write',
  'jobs:read',
  'jobs:write',
  'units:write',
  'unit:run',
] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;

export const newTokenSchema = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(scopeSchema).min(1).max(scopes.length),
  expiresInDays: z.number().int().min(1).max(3650).optional(),
});
export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
  lastUsedAt: z.string().optional(),
});
export const tokenListSchema = z.object({ items: z.array(tokenSchema) });
/** `token` is shown this once; only its hash is stored. */
export const createdTokenSchema = tokenSchema.extend({ token: z.string() });

/**
 * What a new password lacks, in words; empty where it is good.
 *
 * @example passwordProblems('short') // ['at least 10 characters', 'a digit', …]
 */
export function passwordProblems(password: string): string[] {
  const rules: [boolean, string][] = [
    [[...password].length >= 10, 'at least 10 characters'],
    [/\p{Nd}/u.test(password), 'a digit'],
    [/[^\p{L}\p{N}\s]/u.test(password), 'a special character'],
    [/\p{Lu}/u.test(password), 'an upper-case letter'],
    [/\p{Ll}/u.test(password), 'a lower-case letter'],
  ];
  return rules.filter(([met]) => !met).map(([, words]) => words);
}
