import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { badInput } from './api-error.ts';

/** How a client names its request, so that a repeated one takes effect once: all three fields or none. */
export interface RequestIdentity {
  readonly client: string;
  readonly sequence: number;
  readonly expiresAfterView: number;
}

export const identityFields = {
  client: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 characters of [A-Za-z0-9_.-]')
    .optional(),
  sequence: z.int().min(0).optional(),
  expiresAfterView: z.int().min(0).optional(),
};

interface Given {
  readonly client?: string | undefined;
  readonly sequence?: number | undefined;
  readonly expiresAfterView?: number | undefined;
}

/** Views that a request without an identity may wait for its place. */
const ownExpiryViews = 1_000;

/** Completes what a client gave. A request without an identity gets one of this process, never used before. */
export function requestIdentities(
  self: number,
  expiryViews: number,
  view: () => number,
): (given: Given) => RequestIdentity {
  const ownClient = `node-${self}-${randomBytes(8).toString('hex')}`;
  let ownSequence = 0;

  return ({ client, sequence, expiresAfterView }) => {
    if (client === undefined && sequence === undefined && expiresAfterView === undefined) {
      return {
        client: ownClient,
        sequence: ownSequence++,
        expiresAfterView: view() + Math.min(ownExpiryViews, expiryViews),
      };
    }
    for (const [path, value] of Object.entries({ client, sequence, expiresAfterView })) {
      if (value === undefined) {
        throw badInput({
          path,
          message: 'is missing: give client, sequence and expiresAfterView together, or none of them',
        });
      }
    }
    const latest = view() + expiryViews;
    if (expiresAfterView! > latest) {
      throw badInput({
        path: 'expiresAfterView',
        message: `must be at most ${latest} now, ${expiryViews} views ahead`,
      });
    }
    return { client: client!, sequence: sequence!, expiresAfterView: expiresAfterView! };
  };
}
