import { performance } from 'node:perf_hooks';
import type { Clock } from '@qflow/ports';

/** Time of this machine. */
export function systemClock(): Clock {
  const monotonicMs = () => performance.now();
  return {
    monotonicMs,
    calendarMs: () => Date.now(),
    after(delayMs, action) {
      const dueMs = monotonicMs() + delayMs;
      let timer = setTimeout(fire, Math.ceil(delayMs));

      // Node counts whole milliseconds and may call a fraction of one too early.
      function fire(): void {
        const leftMs = dueMs - monotonicMs();
        if (leftMs > 0) {
          timer = setTimeout(fire, Math.ceil(leftMs));
        } else {
          action();
        }
      }
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
