import type { ErrorCode } from '@mroptimum/contract';

/** Exit codes of the command; docs/cli.md lists them. */
export const exitCodes = {
  ok: 0,
  /** The calculation failed. */
  failed: 1,
  /** The command line or the task was not understood. */
  usage: 2,
  /** An input file is missing, damaged or of an unknown kind. */
  input: 3,
  /** The result could not be written. */
  output: 4,
  /** The server refused, or cannot be reached. */
  server: 5,
  /** Not signed in, or not allowed to. */
  signIn: 6,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Thrown when all has been said, by another program or as an answer: only the exit code is left. */
export class EndedWith extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

const byPrefix: readonly (readonly [prefix: string, code: number])[] = [
  ['MRO_JOB_ABORTED', exitCodes.interrupted],
  ['MRO_RAW_ABORTED', exitCodes.interrupted],
  ['MRO_CLI_FILE', exitCodes.input],
  ['MRO_CLI_SIGN_IN', exitCodes.signIn],
  ['MRO_CLI_SERVER', exitCodes.server],
  ['MRO_CLI_', exitCodes.usage],
  ...['SIGN_IN', 'CREDENTIALS', 'FORBIDDEN', 'PENDING', 'DISABLED'].map(
    (name) => [`MRO_BRAIN_${name}`, exitCodes.signIn] as const,
  ),
  ['MRO_BRAIN_', exitCodes.server],
  ['MRO_TASK_', exitCodes.usage],
  ['MRO_RAW_', exitCodes.input],
  ['MRO_JOB_FETCH', exitCodes.input],
  ['MRO_JOB_OUTPUT', exitCodes.output],
  ['MRO_BUNDLE_WRITE', exitCodes.output],
  ['MRO_BUNDLE_', exitCodes.input],
];

export function exitCodeOf(code: ErrorCode): number {
  return byPrefix.find(([prefix]) => code.startsWith(prefix))?.[1] ?? exitCodes.failed;
}
