/** Codes of errors that the science raises; `calculation` maps them one to one onto the catalogue. */
export type SnrErrorCode =
  | 'MRO_SNR_SHAPE'
  | 'MRO_SNR_NOISE_TOO_FEW'
  | 'MRO_SNR_NOISE_SINGULAR'
  | 'MRO_SNR_NOT_FINITE'
  | 'MRO_SNR_UNDERSAMPLED'
  | 'MRO_SNR_SAMPLING'
  | 'MRO_SNR_REFERENCE'
  | 'MRO_SNR_KERNEL'
  | 'MRO_SNR_REPLICAS'
  | 'MRO_SNR_MEMORY'
  | 'MRO_SNR_OPTION'
  | 'MRO_SNR_THREAD';

/** An error of the science: a stable code and a message that a physicist understands. */
export class SnrError extends Error {
  override readonly name = 'SnrError';
  readonly code: SnrErrorCode;
  readonly hint: string;

  constructor(code: SnrErrorCode, message: string, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
