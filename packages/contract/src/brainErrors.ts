import type { ErrorEntry } from './errors.ts';

/** The server's part of the error catalogue. */
export const brainErrors = {
  MRO_BRAIN_SIGN_IN: {
    status: 401,
    meaning: 'The request needs a valid sign-in.',
    hint: 'Sign in again, or use a token that has not expired.',
  },
  MRO_BRAIN_CREDENTIALS: {
    status: 401,
    meaning: 'E-mail and password do not belong together.',
    hint: 'Check both, or reset the password.',
  },
  MRO_BRAIN_FORBIDDEN: {
    status: 403,
    meaning: 'The signed-in user may not do this.',
    hint: 'Ask an administrator, or use a token with the scope that the message names.',
  },
  MRO_BRAIN_PENDING: {
    status: 403,
    meaning: 'The account waits for the approval of an administrator.',
    hint: 'Wait for the approval, or ask the operator.',
  },
  MRO_BRAIN_DISABLED: {
    status: 403,
    meaning: 'The account was disabled by an administrator.',
    hint: 'Ask the operator.',
  },
  MRO_BRAIN_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such thing, or it belongs to somebody else.',
    hint: 'Check the identifier; look into the list.',
  },
  MRO_BRAIN_EXISTS: {
    status: 409,
    meaning: 'Something of that name exists already.',
    hint: 'Choose another name.',
  },
  MRO_BRAIN_CONFLICT: {
    status: 409,
    meaning: 'Somebody changed it in the meantime.',
    hint: 'Read it again, then repeat the change.',
  },
  MRO_BRAIN_PRECONDITION: {
    status: 412,
    meaning: 'The version named by If-Match is not the current one.',
    hint: 'Read it again, then repeat the change.',
  },
  MRO_BRAIN_STATE: {
    status: 409,
    meaning: 'The job or upload is not in a state in which this can be done.',
    hint: 'Look at its state first.',
  },
  MRO_BRAIN_INVALID: {
    status: 422,
    meaning: 'A field of the request is missing or wrong.',
    hint: 'The message names the field and what was expected.',
  },
  MRO_BRAIN_TOO_LARGE: {
    status: 413,
    meaning: 'The request or file is larger than allowed.',
    hint: 'Stay below the limit that the message names.',
  },
  MRO_BRAIN_SLOW: {
    status: 408,
    meaning: 'The body of the request did not arrive in time.',
    hint: 'Send it again over a better line.',
  },
  MRO_BRAIN_TOO_MANY: {
    status: 429,
    meaning: 'Too many attempts in a short time.',
    hint: 'Wait as long as the Retry-After header says.',
  },
  MRO_BRAIN_QUOTA: {
    status: 403,
    meaning: 'A quota of this account is used up.',
    hint: 'Delete what is no longer needed, wait for the next month, or ask the operator.',
  },
  MRO_BRAIN_UPLOAD: {
    status: 422,
    meaning: 'The upload is incomplete or its checksum differs.',
    hint: 'Upload the parts that are missing, then finish again.',
  },
  MRO_BRAIN_LINK: {
    status: 403,
    meaning: 'The link has expired or does not allow this.',
    hint: 'Ask for a new link.',
  },
  MRO_BRAIN_PRIVACY: {
    status: 422,
    meaning: 'The file holds fields that identify a patient, and this server refuses those.',
    hint: 'Remove them with `mroptimum privacy scrub FILE`, then upload it again.',
  },
  MRO_BRAIN_SIGNATURE: {
    status: 401,
    meaning: 'The signature of a callback is wrong or too old.',
    hint: 'Check secret and clock of the computing unit.',
  },
  MRO_BRAIN_RUNNING: {
    status: 409,
    meaning: 'Another server already uses this data folder or this port.',
    hint: 'Use the server that runs, stop it first, or choose another folder (--data) or port (--port).',
  },
  MRO_BRAIN_STORAGE: {
    status: 503,
    meaning: 'The server cannot read or write its records or files.',
    hint: 'Check that its disk is not full and that its folder may be written to; see `mroptimum doctor`.',
  },
  MRO_BRAIN_BACKUP: {
    status: 422,
    meaning: 'A backup is incomplete, damaged or none at all.',
    hint: 'Copy it again from where it is kept, or restore an earlier one.',
  },
  MRO_BRAIN_UNIT: {
    status: 422,
    meaning: 'The computing unit cannot run this job.',
    hint: 'Choose another unit, or check this one.',
  },
} as const satisfies Record<string, ErrorEntry>;
