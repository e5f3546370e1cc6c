import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { ApiError, badInput } from './api-error.ts';

/**
 * The body as JSON. Its type must be said: a page in a browser cannot send that to another origin without asking.
 * @throws ApiError
 */
export async function jsonBody(context: Context, atMostBytes: number): Promise<unknown> {
  const type = context.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ApiError(415, 'bad-input', 'send the body as content-type: application/json', { path: 'content-type' });
  }
  const { incoming } = context.env as HttpBindings;
  const text = await bodyOf(incoming as IncomingMessage, atMostBytes);
  if (text === null) {
    context.header('connection', 'close');
    throw new ApiError(413, 'bad-input', `the body of a request may have ${atMostBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput({ path: '', message: `is no JSON: ${(error as Error).message}` });
  }
}

/**
 * Null when it is larger. Read from Node's own stream: a web stream around it costs more than everything else that the
 * API does for a request.
 */
function bodyOf(incoming: IncomingMessage, atMostBytes: number): Promise<string | null> {
  if (Number(incoming.headers['content-length'] ?? 0) > atMostBytes) {
    return Promise.resolve(null);
  }
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    incoming.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > atMostBytes) {
        pieces.length = 0;
        incoming.removeAllListeners('data');
        incoming.resume();
        resolve(null);
      } else {
        pieces.push(piece);
      }
    });
    incoming.once('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
    incoming.once('error', reject);
  });
}
