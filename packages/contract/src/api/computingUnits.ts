import { z } from 'zod';

/** Spellings of a mode that clients have used over the years. */
const modeAliases: Readonly<Record<string, 'local' | 'mode1' | 'mode2'>> = {
  local: 'local',
  mode1: 'mode1',
  mode_1: 'mode1',
  mode_1a: 'mode1',
  mode2: 'mode2',
  mode_2: 'mode2',
};

/** "mode_1" and the like as this server names it; undefined for what is no mode. */
export const modeOf = (text: string): 'local' | 'mode1' | 'mode2' | undefined =>
  modeAliases[text.trim().toLowerCase()];

const text = z.string().trim().min(1).max(500);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const account = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).padStart(12, '0'))
  .pipe(z.string().regex(/^\d{12}$/, 'twelve digits'));
const bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');

/** Registration of a computing unit, as the deployment guide has it. A second one of the same place updates it. */
export const unitRegistrationSchema = z.looseObject({
  appId: text.optional(),
  appName: text.optional(),
  app_name: text.optional(),
  cloudapp_name: text.optional(),
  cloudapp_id: text.optional(),
  mode: z
    .string()
    .transform((value) => modeOf(value) ?? value)
    .pipe(z.enum(['local', 'mode1', 'mode2'])),
  provider: text.default('aws'),
  alias: z.string().trim().max(200).optional(),
  awsAccountId: account.optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1')
    .optional(),
  stateMachineArn: z
    .string()
    .regex(/^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:[\w-]+$/, 'the ARN of a state machine')
    .optional(),
  resultsBucket: bucket.optional(),
  failedBucket: bucket.optional(),
  dataBucket: bucket.optional(),
  crossAccountRoleArn: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of a role')
    .optional(),
  /** Made by the server; given again it must be the same. */
  externalId: text.nullish(),
  isDefault: flag,
  isShared: flag,
  /** Makes a new secret for callbacks and shows it: for who deploys a unit again and cannot know the old one. */
  renewCallbackSecret: flag,
});
export type UnitRegistration = z.infer<typeof unitRegistrationSchema>;

/** A computing unit as its users see it: without secrets. */
export const unitSchema = z.object({
  computingUnitId: z.string(),
  id: z.string(),
  appId: z.string(),
  alias: z.string(),
  referenceCode: z.string(),
  status: z.string(),
  mode: z.string(),
  provider: z.string(),
  isDefault: z.boolean(),
  isShared: z.boolean(),
  region: z.string().optional(),
  awsAccountId: z.string().optional(),
  stateMachineArn: z.string().optional(),
  resultsBucket: z.string().optional(),
  failedBucket: z.string().optional(),
  dataBucket: z.string().optional(),
  crossAccountRoleArn: z.string().optional(),
  lastSeenAt: z.string().optional(),
  capacity: z.object({ memoryBytes: z.number(), threads: z.int() }).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

/**
 * `externalId` and `callbackSecret` are shown when a unit is new, and never again; a renewed secret is shown too.
 * `brainRoleArn` is the role that the trust policy of a unit's cross-account role names, for servers in the cloud.
 */
export const unitRegisteredSchema = z.object({
  computingUnitId: z.string(),
  computingUnit: unitSchema,
  created: z.boolean(),
  externalId: z.string().optional(),
  callbackSecret: z.string().optional(),
  brainRoleArn: z.string().optional(),
});

export const unitListSchema = z.object({ computingUnits: z.array(unitSchema) });
export const unitDeleteSchema = z.looseObject({ computingUnitId: text });

/** A health report in words. */
export const unitReportSchema = z.object({
  computingUnitId: z.string(),
  ok: z.boolean(),
  checks: z.array(z.object({ what: z.string(), ok: z.boolean(), advice: z.string() })),
});
