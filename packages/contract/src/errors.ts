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
  MRO_RAW_UNKNOWN: {
    status: 415,
    meaning: 'The content of the file is none of the raw-data formats that are understood.',
    hint: 'Give a Siemens twix, ISMRMRD, BART cfl/hdr, NumPy npy/npz or MATLAB mat file.',
  },
  MRO_RAW_TRUNCATED: {
    status: 422,
    meaning: 'The file ends before the data that its header announces.',
    hint: 'Copy or upload the file again and compare its size with the original.',
  },
  MRO_RAW_CORRUPT: {
    status: 422,
    meaning: 'A field of the file has a value that cannot be right.',
    hint: 'Copy or upload the file again; if it stays, export it again from its source.',
  },
  MRO_RAW_UNSUPPORTED: {
    status: 422,
    meaning: 'The file is valid, but holds something that is not read.',
    hint: 'Convert the file as the message says.',
  },
  MRO_RAW_VARIABLE: {
    status: 422,
    meaning: 'The variable or dataset asked for is not in the file, or none was named and none fits.',
    hint: 'Name one of the variables that the message lists.',
  },
  MRO_RAW_AXES: {
    status: 422,
    meaning: 'An array without a header needs an axes string that fits its shape.',
    hint: 'Name every axis: x readout, y phase, z partition, s slice, c coil, r repetition; "nc" for noise samples.',
  },
  MRO_RAW_COMPANION: {
    status: 422,
    meaning: 'A BART array consists of two files, .cfl and .hdr, and one of them is missing.',
    hint: 'Put both files of the same name side by side.',
  },
  MRO_RAW_READ: {
    status: 502,
    meaning: 'The bytes of the file could not be read.',
    hint: 'Check that the file exists, that it may be read and that the disk or network is well.',
  },
  MRO_RAW_SLICE: {
    status: 422,
    meaning: 'The slice or partition asked for is not in the file.',
    hint: 'Count slices and partitions from 0.',
  },
  MRO_RAW_NO_IMAGE: {
    status: 422,
    meaning: 'The file holds no imaging data.',
    hint: 'Use it as the noise file, and give the file with the image as the signal.',
  },
  MRO_RAW_NO_NOISE: {
    status: 422,
    meaning: 'The file holds no noise data.',
    hint: 'Give a noise file, or leave the noise out for an SNR in relative units.',
  },
  MRO_RAW_ABORTED: {
    status: 499,
    meaning: 'Reading was cancelled.',
    hint: 'Start it again.',
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
