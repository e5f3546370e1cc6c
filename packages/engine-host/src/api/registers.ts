import { setMaxListeners } from 'node:events';
import type { HttpBindings } from '@hono/node-server';
import { type Answer, type FailureReason, type Node, type Operation, requestBounds } from '@qflow/engine';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { NodeConfiguration } from '../configuration/configuration.ts';
import { answerToJson } from './answer-json.ts';
import { ApiError, badInput, checked } from './api-error.ts';
import { jsonBody } from './json-body.ts';
import { identityFields, type RequestIdentity, requestIdentities } from './request-identity.ts';

const value = z
  .string()
  // Half of a surrogate pair has no bytes in UTF-8: it would come back as another character.
  .refine((text) => !/\p{Surrogate}/u.test(text), 'must be well-formed Unicode')
  .refine(
    (text) => Buffer.byteLength(text) <= requestBounds.valueBytes,
    `must be at most ${requestBounds.valueBytes} bytes long`,
  )
  .nullable();
const writeBody = z.strictObject({ value, ...identityFields });
const compareAndSetBody = z.strictObject({ expected: value, value, ...identityFields });

const queryNumber = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number')
  .transform(Number)
  .optional();
const readQuery = z.strictObject({
  client: identityFields.client,
  sequence: queryNumber,
  expiresAfterView: queryNumber,
});

/** The registers: linearizable reads, writes and compare-and-set, each answered with its proof. */
export function registers(
  node: Node,
  { self, limits, api }: Pick<NodeConfiguration, 'self' | 'limits' | 'api'>,
  { refusing, givingUp }: { readonly refusing: AbortSignal; readonly givingUp: AbortSignal },
): Hono {
  const identify = requestIdentities(self, limits.expiryViews, () => node.status().view);
  const routes = new Hono();
  // JSON may write one byte as six: \u0001.
  const bodyBytes = 6 * limits.requestBytes + 4096;
  // Every request that waits listens to it: that is no leak. (The ports declare only what every platform has of it.)
  setMaxListeners(0, givingUp as unknown as EventTarget);

  routes.get('/:key', (context) =>
    respond(context, identify(checked(readQuery, context.req.query())), { kind: 'read', key: keyOf(context) }),
  );

  routes.put('/:key', async (context) => {
    const { value, ...identity } = checked(writeBody, await jsonBody(context, bodyBytes));
    return respond(context, identify(identity), { kind: 'write', key: keyOf(context), value });
  });

  routes.post('/:key/compare-and-set', async (context) => {
    const { expected, value, ...identity } = checked(compareAndSetBody, await jsonBody(context, bodyBytes));
    return respond(context, identify(identity), { kind: 'compare-and-set', key: keyOf(context), expected, value });
  });

  async function respond(context: Context, identity: RequestIdentity, operation: Operation): Promise<Response> {
    const answer = await submit({ ...identity, operation }, context.env as HttpBindings);
    if (answer.outcome === 'fail') {
      throw failed(answer.reason);
    }
    if (answer.result.kind === 'expired') {
      throw failed('expired');
    }
    return context.json(answerToJson(answer));
  }

  /** Rejects with the outcome `info` when no answer comes in time: the request may still take its place. */
  function submit(request: Parameters<Node['submit']>[0], { outgoing }: HttpBindings): Promise<Answer> {
    if (refusing.aborted) {
      throw new ApiError(503, 'stopping', 'the node is stopping: ask another one');
    }
    return new Promise((resolve, reject) => {
      let waiting: { withdraw(): void } | undefined;
      let isOver = false;
      const over = () => {
        isOver = true;
        clearTimeout(timer);
        outgoing.off('close', onGone);
        givingUp.removeEventListener('abort', onStopping);
        waiting?.withdraw();
      };
      const giveUp = (code: string, message: string) => {
        over();
        reject(new ApiError(504, code, message, { outcome: 'info' }));
      };
      const onGone = () => giveUp('gone', 'the client has gone');
      const onStopping = () => giveUp('stopping', 'the node stopped before the answer came: nobody can tell yet');
      const timer = setTimeout(
        () => giveUp('timeout', `no answer within ${api.requestTimeoutMs} ms: nobody can tell yet`),
        api.requestTimeoutMs,
      );
      outgoing.once('close', onGone);
      givingUp.addEventListener('abort', onStopping);

      waiting = node.submit(request, (answer) => {
        if (!isOver) {
          over();
          resolve(answer);
        }
      });
    });
  }

  function failed(reason: FailureReason): ApiError {
    switch (reason) {
      case 'expired':
        return new ApiError(410, reason, 'the request has expired: it surely did not and will not happen', {
          path: 'expiresAfterView',
        });
      case 'overloaded':
        return new ApiError(503, reason, `${limits.pendingRequests} requests wait already: try again later`);
      case 'storage-failed':
        return new ApiError(503, reason, 'the node cannot store anything now: ask another one');
      case 'refused':
        return new ApiError(
          413,
          reason,
          `a request may have ${limits.requestBytes} bytes and expire ${limits.expiryViews} views ahead`,
        );
    }
  }

  return routes;
}

/** The key as the client wrote it: a router would forgive broken escapes and so read another key. */
function keyOf(context: Context): string {
  const [, segment] = /\/registers\/([^/?#]*)/.exec(context.req.url)!;
  let key: string;
  try {
    key = decodeURIComponent(segment!);
  } catch {
    throw badInput({ path: 'key', message: 'has a broken percent escape' });
  }
  if (Buffer.byteLength(key) > requestBounds.keyBytes) {
    throw badInput({ path: 'key', message: `must be at most ${requestBounds.keyBytes} bytes long` });
  }
  return key;
}
