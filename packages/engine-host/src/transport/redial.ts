import type { Clock, Random, Timer } from '@qflow/ports';

/** Tries again and again until it is cancelled. */
export interface Redial {
  /** What was reached is lost, or has never been tried. */
  start(): void;
  cancel(): void;
}

const firstPauseMs = 25;
const longestPauseMs = 500;

/**
 * Calls `attempt` until it succeeds, one at a time, after pauses that grow from 25 to 500 ms. Half of each is left to
 * chance, so that nodes which lost a peer together do not come back to it together.
 */
export function redial(clock: Clock, random: Random, attempt: () => Promise<void>): Redial {
  let pauseMs = firstPauseMs;
  let reachedMs = Number.NEGATIVE_INFINITY;
  let timer: Timer | undefined;
  let isTrying = false;
  let isCancelled = false;
  /** Lost again before the attempt that reached it was over. */
  let isLost = false;

  async function go(): Promise<void> {
    isTrying = true;
    isLost = false;
    const reached = await attempt().then(
      () => true,
      () => false,
    );
    isTrying = false;
    if (reached) {
      reachedMs = clock.monotonicMs();
    }
    if (!reached || isLost) {
      wait();
    }
  }

  function wait(): void {
    if (!isCancelled) {
      timer?.cancel();
      timer = clock.after(pauseMs * (0.5 + random.unit() / 2), () => void go());
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }

  return {
    start() {
      isLost = true;
      if (isTrying) {
        return;
      }
      // Who lets us in only to throw us out again is not asked more and more often.
      if (clock.monotonicMs() - reachedMs > longestPauseMs) {
        pauseMs = firstPauseMs;
      }
      wait();
    },
    cancel() {
      isCancelled = true;
      timer?.cancel();
    },
  };
}
