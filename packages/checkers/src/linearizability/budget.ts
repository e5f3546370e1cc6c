/** How far a check may go. What is used up makes the verdict `inconclusive`, never `pass`. */
export interface Budget {
  /** Steps of the search, the same on every machine. 100 million by default, when no time is given. */
  readonly steps?: number;
  readonly timeMs?: number;
  /** The clock that `timeMs` is measured with. Without it, there is no bound on time. */
  readonly nowMs?: () => number;
  /** Memory for the configurations of the search. 1,024 MB by default. */
  readonly memoryMb?: number;
}

/** Returns why to stop, or undefined while there is enough left. */
export type Spending = (steps: number, bytes: number) => string | undefined;

export function spendingOf({ steps, timeMs, nowMs, memoryMb = 1024 }: Budget): Spending {
  const mayStep = steps ?? (timeMs !== undefined && nowMs !== undefined ? Number.POSITIVE_INFINITY : 100e6);
  const endsAtMs = timeMs !== undefined && nowMs !== undefined ? nowMs() + timeMs : Number.POSITIVE_INFINITY;

  return (taken, bytes) => {
    if (taken > mayStep) return `the search took more than ${mayStep} steps`;
    if (bytes > memoryMb * 1e6) return `the search needs more than ${memoryMb} MB`;
    if (nowMs !== undefined && nowMs() > endsAtMs) return `the search took longer than ${timeMs} ms`;
    return undefined;
  };
}
