export { fileMail } from './fileMail.ts';
export { sqliteRecords } from './sqlite/index.ts';
