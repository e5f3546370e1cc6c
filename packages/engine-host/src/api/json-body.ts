import type { Context } from 'hono';
import { ApiError, badInput } from './api-error.ts';

/**
 * The body as JSON. Its type must be said: a page in a browser cannot send that to another origin without asking.
 * @throws ApiError
 */
export async function jsonBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ApiError(415, 'bad-input', 'send the body as content-type: application/json', { path: 'content-type' });
  }
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput({ path: '', message: `is no JSON: ${(error as Error).message}` });
  }
}
