/**
 * What a client wants done, once. (client, sequence) names it; a second request of that name gets the first one's
 * answer, until the view `expiresAfterView` has passed: from then on it is refused as surely not happened.
 */
export interface Request {
  /** The client's own name for itself, 1 to 64 characters of [A-Za-z0-9_.-]. */
  readonly client: string;
  /** Counted by the client, from 0 to 2^53 − 1. */
  readonly sequence: number;
  readonly expiresAfterView: number;
  readonly operation: Operation;
}

/** Reads are ordered like writes: an answer is as fresh as the block that holds it. */
export type Operation =
  | { readonly kind: 'read'; readonly key: string }
  | { readonly kind: 'write'; readonly key: string; readonly value: string | null }
  | {
      readonly kind: 'compare-and-set';
      readonly key: string;
      readonly expected: string | null;
      readonly value: string | null;
    };

/** What a request came to. `version` counts the writes to the key so far; an unwritten key is null at version 0. */
export type Result =
  | { readonly kind: 'value'; readonly value: string | null; readonly version: number }
  | { readonly kind: 'written'; readonly version: number }
  | { readonly kind: 'mismatch'; readonly value: string | null; readonly version: number }
  | { readonly kind: 'expired' };
