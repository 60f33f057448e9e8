export { type DiskObjects, type DiskOptions, diskObjects } from './disk/index.ts';
export { registerObjectRoutes } from './disk/routes.ts';
export { fileMail } from './fileMail.ts';
export { sqliteRecords } from './sqlite/index.ts';
