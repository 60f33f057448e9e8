import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MroError } from '@mroptimum/contract';

const execute = promisify(execFile);

/** Asks AWS by its command line, which has the user's sign-in; the answer as JSON, `{}` where there is none. */
export type Aws = <Answer>(...args: readonly string[]) => Promise<Answer>;

/** @throws MRO_CLI_SERVER with AWS's own words */
export function awsCommand(region: string | undefined): Aws {
  return async <Answer>(...args: readonly string[]): Promise<Answer> => {
    const { AWS_ENDPOINT_URL } = process.env;
    // Version 1 of the command line forgets the address for queues.
    const address = args[0] === 'sqs' && AWS_ENDPOINT_URL ? ['--endpoint-url', AWS_ENDPOINT_URL] : [];
    const where = [...(region === undefined ? [] : ['--region', region]), ...address];
    try {
      const { stdout } = await execute('aws', [...args, ...where, '--output', 'json'], {
        maxBuffer: 2 ** 24,
      });
      return JSON.parse(stdout.trim() || '{}') as Answer;
    } catch (error) {
      const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
      const missing = code === 'ENOENT';
      throw new MroError(
        'MRO_CLI_SERVER',
        missing ? 'The AWS command line is not installed.' : lastLine(stderr),
        {
          hint: missing
            ? 'Install it, then try again.'
            : 'Sign in to AWS: "aws sso login" or "aws configure".',
        },
      );
    }
  };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) || 'AWS did not answer.';
