import { z } from 'zod';
import { quotaChangeSchema, roleSchema, userPageSchema } from '../api/admin.ts';
import {
  changePasswordSchema,
  createdTokenSchema,
  forgotPasswordSchema,
  loginSchema,
  newTokenSchema,
  profileSchema,
  refreshSchema,
  registeredSchema,
  registerSchema,
  resetPasswordSchema,
  signedInSchema,
  tokenListSchema,
} from '../api/auth.ts';
import {
  unitDeleteSchema,
  unitListSchema,
  unitRegisteredSchema,
  unitRegistrationSchema,
  unitReportSchema,
} from '../api/computingUnits.ts';
import { dataFileSchema, dataPageSchema, presignedSchema, presignSchema, renameSchema } from '../api/data.ts';
import {
  countAnswerSchema,
  estimateAnswerSchema,
  pipelineEventSchema,
  pipelineListSchema,
  pipelineSchema,
  pipelineUpdateSchema,
  queueAnswerSchema,
  queueRequestSchema,
} from '../api/pipelines.ts';
import { presetCreateSchema, presetListSchema, presetSchema, presetUpdateSchema } from '../api/presets.ts';
import { pipelineResultSchema } from '../api/results.ts';
import { roiDeleteSchema, roiSchema, roiStartedSchema, roiUploadSchema } from '../api/rois.ts';
import {
  uploadAbortSchema,
  uploadFinalizeSchema,
  uploadFinishedSchema,
  uploadInitiateSchema,
  uploadPartsSchema,
  uploadStartedSchema,
} from '../api/uploads.ts';
import { get, post, remove, removeNamed } from './endpoint.ts';

/** Answers of which a client needs nothing but that they came. */
const done = z.unknown();

/** Every route that the command line and the web page use, with what it takes and answers. */
export const endpoints = {
  health: get('/api/health', z.looseObject({ status: z.string(), version: z.string() })),

  register: post('/api/auth/register', registerSchema, registeredSchema, { anonymous: true }),
  login: post('/api/auth/login', loginSchema, signedInSchema, { anonymous: true }),
  refresh: post('/api/auth/refresh', refreshSchema, signedInSchema, { anonymous: true }),
  logout: post('/api/auth/logout', undefined, done),
  logoutEverywhere: post('/api/auth/logout-everywhere', undefined, done, { repeatable: true }),
  /** Ends all sessions but the one whose tokens it answers. */
  changePassword: post('/api/auth/change-password', changePasswordSchema, signedInSchema),
  forgotPassword: post('/api/auth/forgot-password', forgotPasswordSchema, done, { anonymous: true }),
  resetPassword: post('/api/auth/reset-password', resetPasswordSchema, done, { anonymous: true }),
  profile: get('/api/auth/profile', profileSchema),
  tokens: get('/api/auth/tokens', tokenListSchema),
  createToken: post('/api/auth/tokens', newTokenSchema, createdTokenSchema),
  deleteToken: remove('/api/auth/tokens/{id}', done),

  files: get('/api/data', dataPageSchema),
  file: get('/api/data/{id}', dataFileSchema),
  renameFile: post('/api/data/update', renameSchema, done),
  deleteFile: post('/api/data/delete/{id}', undefined, done),
  presign: post('/api/data/presign', presignSchema, presignedSchema, { repeatable: true }),
  startUpload: post('/api/upload_initiate', uploadInitiateSchema, uploadStartedSchema),
  uploadParts: get('/api/upload/{id}/parts', uploadPartsSchema),
  finishUpload: post('/api/upload_finalize', uploadFinalizeSchema, uploadFinishedSchema, {
    repeatable: true,
  }),
  abortUpload: post('/api/upload_abort', uploadAbortSchema, done),

  /** Repeatable with an Idempotency-Key. */
  queue: post('/api/task/queue', queueRequestSchema, queueAnswerSchema),
  jobs: get('/api/pipeline/list', pipelineListSchema),
  job: get('/api/pipeline/{id}', pipelineSchema),
  /** Calculations of this month: query `mode`. */
  count: get('/api/pipeline/count_calculations', countAnswerSchema),
  renameJob: post('/api/pipeline/update', pipelineUpdateSchema, done),
  cancelJob: post('/api/pipeline/{id}/cancel', undefined, done, { repeatable: true }),
  retryJob: post('/api/pipeline/{id}/retry', undefined, done),
  deleteJob: remove('/api/pipeline/delete', done),
  results: get('/api/pipeline/{id}/results', pipelineResultSchema),
  /** One event of `GET /api/pipeline/{id}/events`. */
  event: pipelineEventSchema,

  rois: get('/api/roi/list', z.array(roiSchema)),
  storeRoi: post('/api/roi/upload', roiUploadSchema, roiStartedSchema),
  deleteRoi: removeNamed('/api/roi/delete', roiDeleteSchema, done),

  /** Takes what `queue` takes, and queues nothing. */
  estimate: post('/api/task/estimate', queueRequestSchema, estimateAnswerSchema, { repeatable: true }),

  presets: get('/api/preset/list', presetListSchema),
  createPreset: post('/api/preset/create', presetCreateSchema, presetSchema),
  updatePreset: post('/api/preset/update', presetUpdateSchema, presetSchema, { repeatable: true }),
  deletePreset: remove('/api/preset/delete', done),

  units: get('/api/computing-unit/list', unitListSchema),
  registerUnit: post('/api/computing-unit/register', unitRegistrationSchema, unitRegisteredSchema),
  deleteUnit: post('/api/computing-unit/delete', unitDeleteSchema, done),
  checkUnit: post('/api/computing-unit/{id}/check', undefined, unitReportSchema, { repeatable: true }),

  users: get('/api/admin/users', userPageSchema),
  approveUser: post('/api/admin/users/{id}/approve', undefined, done, { repeatable: true }),
  disableUser: post('/api/admin/users/{id}/disable', undefined, done, { repeatable: true }),
  setRole: post('/api/admin/users/{id}/role', roleSchema, done, { repeatable: true }),
  setQuota: post('/api/admin/users/{id}/quota', quotaChangeSchema, done, { repeatable: true }),
} as const;
