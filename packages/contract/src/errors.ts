/** One row of the error catalogue: what the code means, its HTTP status and the default hint. */
export interface ErrorEntry {
  readonly status: number;
  readonly meaning: string;
  readonly hint: string;
}

/**
 * Every stable error code of MR Optimum. `docs/errors.md` is generated from this table.
 * An area owns a prefix: MRO_RAW_ (reading files), MRO_SNR_ (the science), MRO_TASK_ (requests),
 * MRO_BUNDLE_ (results), MRO_CLI_ (the command line), MRO_JOB_ (running a job).
 */
export const errorCatalogue = {
  MRO_INTERNAL: {
    status: 500,
    meaning: 'Something failed that should not be able to fail.',
    hint: 'Please report it with the log.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Where and what, for the log: never patient identity, tokens or passwords. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

/**
 * The one error class that crosses package boundaries: a stable code, a message that a physicist
 * understands, and a hint that says what to do.
 */
export class MroError extends Error {
  override readonly name = 'MroError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { hint?: string; details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorCatalogue[code].hint;
    this.details = options.details ?? {};
  }
}
