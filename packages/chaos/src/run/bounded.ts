import type { RunClock } from '../cluster/cluster.ts';

/** Something did not end within its bound. What it does later is not waited for. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
  readonly what: string;
  readonly withinMs: number;

  constructor(what: string, withinMs: number) {
    super(`${what} did not end within ${withinMs} ms`);
    this.what = what;
    this.withinMs = withinMs;
  }
}

/** The outcome of `work`, or TookTooLong after `withinMs` on the run's clock. The loser's timer is cancelled. */
export async function bounded<Value>(
  clock: RunClock,
  withinMs: number,
  what: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const limit = clock.sleep(withinMs, over.signal).then(
    () => {
      throw new TookTooLong(what, withinMs);
    },
    // Cancelled: the work was faster, and nobody looks at this any more.
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work(), limit]);
  } finally {
    over.abort();
  }
}

/** What was thrown, in words. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
