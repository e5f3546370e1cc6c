import { type Budget, spendingOf } from '../linearizability/budget.ts';

/** How much longer a check may go on. */
export interface Patience {
  /** Whether it must stop here. Once it must, it always must. */
  isOver(): boolean;
  /** Why it had to stop; undefined as long as it need not. */
  reason(): string | undefined;
}

/** Without a budget, a check goes on until it has done what it means to do. */
export function patienceOf(budget: Budget | undefined): Patience {
  if (budget === undefined) return { isOver: () => false, reason: () => undefined };
  const spending = spendingOf(budget);
  let steps = 0;
  let stopped: string | undefined;
  return {
    isOver() {
      steps += 1;
      stopped ??= spending(steps, 0);
      return stopped !== undefined;
    },
    reason: () => stopped,
  };
}
