import type { RunClock } from '@qflow/chaos';

interface Timer {
  readonly atMs: number;
  ring(): void;
}

/**
 * Time that passes only when nothing else is left to do: once all promises have settled, the earliest sleeper wakes. An
 * hour costs as long as its events do. Ties wake in the order in which they fell asleep.
 */
export function virtualClock(): RunClock {
  const timers: Timer[] = [];
  let nowMs = 0;
  let isPumping = false;

  const pump = (): void => {
    isPumping = false;
    const next = timers.shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.ring();
    keepPumping();
  };
  /** After all that wake no later: `timers` stands in the order of waking. */
  const placeOf = (atMs: number): number => {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timers[middle]!.atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const keepPumping = (): void => {
    if (isPumping || timers.length === 0) return;
    isPumping = true;
    setImmediate(pump);
  };

  return {
    nowNs: () => Math.round(nowMs * 1e6),
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const cancel = (): void => {
          timers.splice(timers.indexOf(timer), 1);
          reject(signal?.reason);
        };
        const timer: Timer = {
          atMs: nowMs + Math.max(0, delayMs),
          ring() {
            signal?.removeEventListener('abort', cancel);
            resolve();
          },
        };
        signal?.addEventListener('abort', cancel, { once: true });
        timers.splice(placeOf(timer.atMs), 0, timer);
        keepPumping();
      }),
  };
}
