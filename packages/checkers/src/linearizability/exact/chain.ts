import type { Operation } from '../../history/operations.ts';
import type { Decision } from '../models/model.ts';

/**
 * Decides a history whose order of effect is known but for operations that may be in any order among themselves: such
 * groups in their order agree with real time unless one of a later group ended before one of an earlier group began.
 */
export function inThisOrder(groups: Iterable<readonly Operation[]>): Decision {
  let latest: Operation | undefined;
  for (const group of groups) {
    for (const operation of group) {
      if (latest !== undefined && operation.completedAt < latest.invokedAt) {
        return {
          linearizable: false,
          reason: 'one operation ended before another began whose effect came first',
          operations: [operation, latest],
        };
      }
    }
    for (const operation of group) {
      if (latest === undefined || operation.invokedAt > latest.invokedAt) latest = operation;
    }
  }
  return { linearizable: true };
}

export const violation = (
  reason: string,
  operations: readonly Operation[],
): Extract<Decision, { readonly linearizable: false }> => ({
  linearizable: false,
  reason,
  operations,
});
