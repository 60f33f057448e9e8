import type { z } from 'zod';

/** One route as a client sees it: where it is, what it takes, what it answers. */
export interface Endpoint<
  Answer extends z.ZodType = z.ZodType,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With parameters as `{id}`. */
  readonly path: string;
  readonly answer: Answer;
  readonly body: Body;
  /** Needs no token. */
  readonly anonymous: boolean;
  /** Twice is as good as once: it is sent again where no answer arrived. */
  readonly repeatable: boolean;
}

interface More {
  readonly anonymous?: boolean;
  readonly repeatable?: boolean;
}

export function get<Answer extends z.ZodType>(path: string, answer: Answer): Endpoint<Answer, undefined> {
  return { method: 'GET', path, answer, body: undefined, anonymous: false, repeatable: true };
}

export function post<Body extends z.ZodType | undefined, Answer extends z.ZodType>(
  path: string,
  body: Body,
  answer: Answer,
  { anonymous = false, repeatable = false }: More = {},
): Endpoint<Answer, Body> {
  return { method: 'POST', path, answer, body, anonymous, repeatable };
}

export function remove<Answer extends z.ZodType>(path: string, answer: Answer): Endpoint<Answer, undefined> {
  return { method: 'DELETE', path, answer, body: undefined, anonymous: false, repeatable: true };
}

/** A DELETE that names what goes in its body. */
export function removeNamed<Body extends z.ZodType, Answer extends z.ZodType>(
  path: string,
  body: Body,
  answer: Answer,
): Endpoint<Answer, Body> {
  return { method: 'DELETE', path, answer, body, anonymous: false, repeatable: true };
}
