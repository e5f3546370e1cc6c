import type { Checker } from '../checker.ts';
import { operations } from '../history/operations.ts';
import { inconclusive, pass } from '../verdict.ts';

export interface CompletedOperationsOptions {
  readonly atLeast: number;
  /** Counts only operations invoked in this phase; without it, all. */
  readonly phase?: string;
}

/** Enough operations succeeded for the other checks to mean something. Never fails: too few leave the matter open. */
export function completedOperations({ atLeast, phase }: CompletedOperationsOptions): Checker {
  return {
    name: 'completed-operations',

    check(history) {
      const completed = operations(history).filter(
        (operation) => operation.outcome === 'ok' && (phase === undefined || operation.phase === phase),
      ).length;
      if (completed >= atLeast) return pass([{ completed }]);
      const where = phase === undefined ? '' : ` in phase "${phase}"`;
      return inconclusive(`${completed} operations completed${where}, needed are ${atLeast}`);
    },
  };
}
