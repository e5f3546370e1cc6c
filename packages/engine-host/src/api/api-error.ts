import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { type Problem, problemsOf } from '../validation/problem.ts';

/** Whether an operation that was answered with an error surely did not happen (`fail`), or may have (`info`). */
export type FailedOutcome = 'fail' | 'info';

/** The body of every error answer. `path` names the offending field of the request. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly path?: string;
    readonly outcome: FailedOutcome;
  };
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ContentfulStatusCode;
  readonly body: ErrorBody;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: { path?: string; outcome?: FailedOutcome } = {},
  ) {
    super(message);
    const { path, outcome = 'fail' } = more;
    this.status = status;
    this.body = { error: { code, message, ...(path !== undefined && { path }), outcome } };
  }
}

/** Bad input, named by the first problem; nothing has happened. */
export function badInput({ path, message }: Problem): ApiError {
  return new ApiError(400, 'bad-input', path === '' ? `the body ${message}` : `${path} ${message}`, { path });
}

/** @throws ApiError */
export function checked<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const result = schema.safeParse(input);
  if (!result.success) {
    throw badInput(problemsOf(result.error)[0]!);
  }
  return result.data;
}
