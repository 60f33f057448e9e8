import { type ByteSource, MroError } from '@mroptimum/contract';

/** The error of a file without a single byte: a copy that failed, rather than another format. */
export const emptyFile = ({ name }: ByteSource): MroError =>
  new MroError('MRO_RAW_TRUNCATED', `${name} is empty.`, { details: { file: name, size: 0 } });
