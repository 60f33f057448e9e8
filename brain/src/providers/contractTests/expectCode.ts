import { type ErrorCode, MroError } from '@mroptimum/contract';
import { expect } from 'vitest';

/** Expects a failure with this code. */
export async function expectCode(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error instanceof MroError ? error.code : error).toBe(code);
}
