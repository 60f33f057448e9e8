/** Requests and answers of the brain, an area a file; the OpenAPI document is generated from them. */

export * from './admin.ts';
export * from './apps.ts';
export * from './auth.ts';
export * from './common.ts';
export * from './computingUnits.ts';
export * from './data.ts';
export * from './pipelines.ts';
export * from './presets.ts';
export * from './results.ts';
export * from './rois.ts';
export * from './units.ts';
export * from './uploads.ts';
