import { setTimeout as delay } from 'node:timers/promises';
import type { RunClock } from '@qflow/chaos';

/** One origin for all clocks of this process; numbers stay small enough to hold whole nanoseconds. */
const originNs = process.hrtime.bigint();

/** Real time, monotonic, the same for every process of this machine. */
export const hostClock: RunClock = {
  nowNs: () => Number(process.hrtime.bigint() - originNs),
  sleep: async (delayMs, signal) => {
    try {
      await delay(delayMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // The platform wraps the reason; whoever aborted wants it back.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** What another process read from the machine's monotonic clock (`process.hrtime`), on this process's clock. */
export const fromMachineNs = (machineNs: bigint): number => Number(machineNs - originNs);
