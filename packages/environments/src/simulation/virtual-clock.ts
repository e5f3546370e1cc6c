import type { RunClock } from '@qflow/chaos';
import type { World } from '@qflow/simulation';

/**
 * The run's clock in a simulated world, and what makes that world go round: time passes only while somebody waits for
 * it, so whatever else the framework does takes no time at all.
 */
export interface VirtualClock extends RunClock {
  /** To be called whenever an event of the world settles a promise that the framework waits for. */
  settled(): void;
}

export function virtualClock(world: World): VirtualClock {
  let waiting = 0;
  let isTurning = false;
  let hasSettled = false;

  /** A turn of the platform's loop: every promise that hangs on what has happened has gone on when it is over. */
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  // Only when something was settled: a turn costs more than most events.
  function pump(): Promise<void> | undefined {
    if (!hasSettled) {
      return undefined;
    }
    hasSettled = false;
    return turn();
  }

  async function run(): Promise<void> {
    isTurning = true;
    await turn();
    await world.runAsync({ until: () => waiting === 0 }, pump);
    isTurning = false;
  }

  function wait(): void {
    waiting += 1;
    if (!isTurning) {
      void run();
    }
  }

  return {
    nowNs: () => Math.round(world.clock.monotonicMs() * 1e6),

    settled() {
      hasSettled = true;
    },

    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const timer = world.clock.after(delayMs, () => {
          signal?.removeEventListener('abort', abort);
          over();
          resolve();
        });
        const abort = (): void => {
          timer.cancel();
          over();
          reject(signal?.reason);
        };
        const over = (): void => {
          waiting -= 1;
          hasSettled = true;
        };
        signal?.addEventListener('abort', abort, { once: true });
        wait();
      });
    },
  };
}
