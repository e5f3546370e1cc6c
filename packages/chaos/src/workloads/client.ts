import type { Json } from '@qflow/checkers';

export interface PlannedOperation {
  readonly f: string;
  readonly key?: string;
  readonly value: Json;
}

/** `ok`: it happened, with this value; `fail`: it surely did not; `info`: it may have, or may yet. */
export type Outcome =
  | { readonly type: 'ok'; readonly value: Json; readonly node?: string }
  | { readonly type: 'fail' | 'info'; readonly error: string; readonly node?: string };

/**
 * The error of a compare-and-set that ended in `fail` because its expectation did not hold: the system answered,
 * so measures of availability count it as served.
 */
export const MISMATCH = 'mismatch';

/** Speaks to the system as a user's program would. Never throws; never retries what is not idempotent. */
export interface Client {
  /** Ends with `info` at the latest `withinMs` after the call. */
  apply(operation: PlannedOperation, withinMs: number): Promise<Outcome>;
  close(): void;
}
