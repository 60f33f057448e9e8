import { z } from 'zod';
import { type ErrorCode, errorCatalogue, MroError } from '../errors.ts';

/** What every refused request answers. */
const problemSchema = z.object({
  error: z.union([
    z.looseObject({ code: z.string(), message: z.string(), hint: z.string().optional() }),
    z.string(),
  ]),
  requestId: z.string().optional(),
});

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'MRO_BRAIN_SIGN_IN',
  403: 'MRO_BRAIN_FORBIDDEN',
  404: 'MRO_BRAIN_NOT_FOUND',
  409: 'MRO_BRAIN_CONFLICT',
  412: 'MRO_BRAIN_CONFLICT',
  413: 'MRO_BRAIN_TOO_LARGE',
  422: 'MRO_BRAIN_INVALID',
  429: 'MRO_BRAIN_TOO_MANY',
};

/** The error of a refused request, as the server said it; in words of its own where something else answered. */
export async function refusal(response: Response): Promise<MroError> {
  const text = await response.text().catch(() => '');
  const problem = problemSchema.safeParse(parsed(text));
  if (!problem.success) return unexpected(response);
  const { error } = problem.data;
  const details = { status: response.status };
  if (typeof error === 'string') return new MroError(codeOf(response.status), error, { details });
  const code = error.code in errorCatalogue ? (error.code as ErrorCode) : codeOf(response.status);
  return new MroError(code, error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    details,
  });
}

/** The error of a request that no server answered. */
export function unreachable(origin: string, cause: unknown): MroError {
  return new MroError('MRO_CLI_SERVER', `No MR Optimum server answers at ${origin}.`, { cause });
}

/** The error of an answer that is none of MR Optimum. */
export function unexpected(response: Response, what = `answered ${response.status}`): MroError {
  const { origin } = new URL(response.url || 'http://unknown');
  return new MroError('MRO_CLI_SERVER', `${origin} ${what}, which no MR Optimum server says here.`, {
    hint: 'Check the address; behind a proxy, that it lets the path /api through. Server and command may be of different versions.',
    details: { status: response.status },
  });
}

const codeOf = (status: number): ErrorCode =>
  byStatus[status] ?? (status >= 500 ? 'MRO_INTERNAL' : 'MRO_BRAIN_INVALID');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
