import type { Clock, Random, Timer } from '@qflow/ports';

/** Tries again and again until it is cancelled. */
export interface Redial {
  /** What was reached is lost, or has never been tried: tries at once, then with pauses until it succeeds. */
  start(): void;
  cancel(): void;
}

const firstPauseMs = 25;
const longestPauseMs = 500;

/**
 * Calls `attempt` until it succeeds, one at a time, with pauses that grow from 25 to 500 ms. Half of each is left to
 * chance, so that nodes which lost a peer together do not come back to it together.
 */
export function redial(clock: Clock, random: Random, attempt: () => Promise<void>): Redial {
  let pauseMs = firstPauseMs;
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
      pauseMs = firstPauseMs;
    }
    if (!reached || isLost) {
      wait();
    }
  }

  function wait(): void {
    if (!isCancelled) {
      timer = clock.after(pauseMs * (0.5 + random.unit() / 2), () => void go());
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }

  return {
    start() {
      isLost = true;
      if (!isTrying && !isCancelled) {
        timer?.cancel();
        void go();
      }
    },
    cancel() {
      isCancelled = true;
      timer?.cancel();
    },
  };
}
