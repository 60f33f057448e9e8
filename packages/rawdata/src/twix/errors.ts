import { type ErrorDetails, MroError } from '@mroptimum/contract';

/** The file ends (or a read came back short) before what its headers announce. */
export const truncated = (message: string, offset: number, details: ErrorDetails = {}): MroError =>
  new MroError('MRO_RAW_TRUNCATED', message, { details: { format: 'twix', offset, ...details } });

/** A field of the file has a value that cannot be right. */
export const corrupt = (message: string, offset: number, details: ErrorDetails = {}): MroError =>
  new MroError('MRO_RAW_CORRUPT', message, { details: { format: 'twix', offset, ...details } });

/** A valid acquisition of a kind that is not read. */
export const unsupported = (message: string, hint: string): MroError =>
  new MroError('MRO_RAW_UNSUPPORTED', message, { hint, details: { format: 'twix' } });
