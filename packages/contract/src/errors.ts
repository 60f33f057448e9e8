import { brainErrors } from './brainErrors.ts';

/** One row of the error catalogue: what the code means, its HTTP status and the default hint. */
export interface ErrorEntry {
  readonly status: number;
  readonly meaning: string;
  readonly hint: string;
}

/**
 * Every stable error code of MR Optimum. `docs/errors.md` is generated from this table.
 * An area owns a prefix: MRO_RAW_ (reading files), MRO_SNR_ (the science), MRO_TASK_ (requests),
 * MRO_BUNDLE_ (results), MRO_CLI_ (the command line), MRO_JOB_ (running a job), MRO_BRAIN_ (the server, in a file of its own).
 */
export const errorCatalogue = {
  MRO_INTERNAL: {
    status: 500,
    meaning: 'Something failed that should not be able to fail.',
    hint: 'Please report it with the log.',
  },
  MRO_TASK_JSON: {
    status: 400,
    meaning: 'The task or job is not valid JSON.',
    hint: 'Check the file: the message says where reading stopped.',
  },
  MRO_TASK_INVALID: {
    status: 422,
    meaning: 'A field of the task is missing or has a value that cannot be used.',
    hint: 'Correct the field that the message names.',
  },
  MRO_TASK_COMBINATION: {
    status: 422,
    meaning: 'Fields of the task contradict each other or the data.',
    hint: 'Change one of the settings that the message names.',
  },
  MRO_JOB_FETCH: {
    status: 502,
    meaning: 'An input file of the job could not be opened.',
    hint: 'Check that the file exists and may be read from where the job runs.',
  },
  MRO_JOB_NOISE_MISSING: {
    status: 422,
    meaning: 'The job says that the noise is inside a file, and that file holds none.',
    hint: 'Give a separate noise file, or leave the noise out for an SNR in relative units.',
  },
  MRO_JOB_NOISE_COILS: {
    status: 422,
    meaning: 'Noise and image were acquired with a different number of coils.',
    hint: 'Give the noise scan of the same coil configuration as the image.',
  },
  MRO_JOB_MASK: {
    status: 422,
    meaning: 'The mask does not fit the image.',
    hint: "Give a mask of the image's size: one slice, or as many as the image has.",
  },
  MRO_JOB_SENSITIVITIES: {
    status: 422,
    meaning: 'The coil sensitivities do not fit the image.',
    hint: "Give maps of the image's size with one map per coil, in the order of the coils.",
  },
  MRO_JOB_FLIP_ANGLE: {
    status: 422,
    meaning: 'The flip-angle map cannot be brought onto the SNR map.',
    hint: 'Give a real map in degrees with the geometry or the size of the image.',
  },
  MRO_JOB_MEMORY: {
    status: 507,
    meaning: 'The job needs more memory than the limit allows.',
    hint: 'Run it on a machine with more memory, or raise the limit.',
  },
  MRO_JOB_PARTITIONS: {
    status: 422,
    meaning: 'A 3D acquisition is sampled in a way that cannot be separated into slices.',
    hint: 'Use data whose partitions are all sampled alike, without acceleration along the partitions.',
  },
  MRO_JOB_OUTPUT: {
    status: 507,
    meaning: 'The result could not be written.',
    hint: 'Check that the destination exists, may be written to and has space left.',
  },
  MRO_JOB_ABORTED: {
    status: 499,
    meaning: 'The calculation was cancelled.',
    hint: 'Start it again.',
  },
  MRO_JOB_TIME: {
    status: 504,
    meaning: 'The calculation took longer than its computing unit allows.',
    hint: 'Run it on a unit without that limit, or with fewer slices or replicas.',
  },
  MRO_JOB_PARTS: {
    status: 502,
    meaning: 'The parts of a job that was calculated on several machines do not fit together.',
    hint: 'Start the job again.',
  },
  MRO_JOB_SETUP: {
    status: 500,
    meaning: 'The computing unit lacks a setting, or was called with something that is no job.',
    hint: 'Compare the environment of its containers with the deployment guide.',
  },
  MRO_JOB_LOST: {
    status: 502,
    meaning: 'The computing unit stopped in the middle of the job, every time it was tried.',
    hint: 'Look whether the unit runs out of memory, then try the job again.',
  },
  MRO_SNR_SHAPE: {
    status: 422,
    meaning: 'Arrays of the calculation do not fit each other.',
    hint: 'Check that signal, noise, maps and mask belong to the same acquisition.',
  },
  MRO_SNR_NOISE_TOO_FEW: {
    status: 422,
    meaning: 'There are too few noise samples for the number of coils.',
    hint: 'Give a noise scan with at least twice as many samples as coils; thousands are usual.',
  },
  MRO_SNR_NOISE_SINGULAR: {
    status: 422,
    meaning: 'The noise covariance cannot be inverted: a coil is dead or two coils are copies of each other.',
    hint: 'Leave out the coils that the message names, or repeat the noise scan.',
  },
  MRO_SNR_NOT_FINITE: {
    status: 422,
    meaning: 'The data hold values that are not numbers.',
    hint: 'Check the file: it is damaged, or its number format was misread.',
  },
  MRO_SNR_UNDERSAMPLED: {
    status: 422,
    meaning: 'The reconstruction needs fully sampled data and these are undersampled.',
    hint: 'Reconstruct with sense or grappa.',
  },
  MRO_SNR_SAMPLING: {
    status: 422,
    meaning: 'The acquired lines form no regular undersampling pattern.',
    hint: 'Check the accelerations; irregular sampling is not supported.',
  },
  MRO_SNR_REFERENCE: {
    status: 422,
    meaning: 'Calibration lines are missing or too few.',
    hint: 'Give a separate reference scan or sensitivities, or acquire more calibration lines.',
  },
  MRO_SNR_KERNEL: {
    status: 422,
    meaning: 'The GRAPPA kernel does not reach any acquired line at this acceleration.',
    hint: 'Choose a kernel larger than the acceleration on both axes.',
  },
  MRO_SNR_REPLICAS: {
    status: 422,
    meaning: 'The method needs repetitions or replicas that are not there.',
    hint: 'Acquire at least two repetitions, or choose a method with synthetic replicas.',
  },
  MRO_SNR_MEMORY: {
    status: 507,
    meaning: 'The calculation needs more memory than it was given.',
    hint: 'Use fewer threads or a machine with more memory.',
  },
  MRO_SNR_OPTION: {
    status: 422,
    meaning: 'A setting of the calculation cannot be used.',
    hint: 'Change the setting that the message names.',
  },
  MRO_SNR_THREAD: {
    status: 500,
    meaning: 'A thread of the calculation ended before its work was done.',
    hint: 'Start it again with one thread; if it stays, please report it with the log.',
  },
  MRO_CLI_USAGE: {
    status: 400,
    meaning: 'The command line was not understood.',
    hint: 'See the help of the command: add --help.',
  },
  MRO_CLI_FILE: {
    status: 422,
    meaning: 'A file named on the command line cannot be read or written.',
    hint: 'Check the path and the permissions.',
  },
  MRO_CLI_SIGN_IN: {
    status: 401,
    meaning: 'The command is not signed in at this server.',
    hint: 'Sign in with `mroptimum login`, or set MRO_TOKEN to a personal token.',
  },
  MRO_CLI_SERVER: {
    status: 502,
    meaning: 'The server cannot be reached, or something else answers at its address.',
    hint: 'Check the address and that the server runs: `npm start` starts one on this machine.',
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
  MRO_BUNDLE_FORMAT: {
    status: 415,
    meaning: 'The content is not a result bundle or an image of a known format.',
    hint: 'Give a result zip or folder of MR Optimum, or an image as .nii, .nii.gz, .mha or .mhd.',
  },
  MRO_BUNDLE_DAMAGED: {
    status: 422,
    meaning: 'A bundle or image ends too early, contradicts itself or fails its checksum.',
    hint: 'Copy or download the file again and compare its size with the original.',
  },
  MRO_BUNDLE_UNSUPPORTED: {
    status: 422,
    meaning: 'A bundle or image is valid, but holds something that is not read.',
    hint: 'Convert the file as the message says.',
  },
  MRO_BUNDLE_UNSAFE: {
    status: 422,
    meaning:
      'A bundle holds names or entries that could do harm: paths that leave its folder, duplicates, overlaps.',
    hint: 'Pack the files again with an ordinary zip program and leave unusual names out.',
  },
  MRO_BUNDLE_TOO_LARGE: {
    status: 413,
    meaning: 'A bundle or image is, or would unpack to, more than is allowed.',
    hint: 'Split it, or raise the limit if its origin is trusted.',
  },
  MRO_BUNDLE_MISSING: {
    status: 404,
    meaning: 'A file that a bundle needs or announces is not in it.',
    hint: 'Download the bundle again, or pack all of its files with info.json.',
  },
  MRO_BUNDLE_INFO: {
    status: 422,
    meaning: 'The info.json of a bundle cannot be understood.',
    hint: 'Open the bundle with the program that made it, or correct the field that the message names.',
  },
  MRO_BUNDLE_GEOMETRY: {
    status: 422,
    meaning: 'Two images do not lie on grids that can be brought together.',
    hint: 'Give an image with its position in the patient, or one of exactly the same matrix size.',
  },
  MRO_BUNDLE_SHAPE: {
    status: 422,
    meaning: 'The number of values of a map does not fit its shape, or its geometry is not finite.',
    hint: 'Please report it with the log: a map was put together wrongly.',
  },
  MRO_BUNDLE_WRITE: {
    status: 500,
    meaning: 'A bundle could not be written.',
    hint: 'Check that the folder exists, that it may be written to and that the disk is not full.',
  },
  ...brainErrors,
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

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorCatalogue[code].hint;
    this.details = options.details ?? {};
  }
}
