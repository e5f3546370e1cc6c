import type { Clock } from '@qflow/ports';
import type { Incarnation } from './incarnation.ts';
import { eventKind, type Scheduler } from './scheduler.ts';

/** The clock of one machine: it may run fast or slow, and its calendar may jump. It outlives the node's crashes. */
export class MachineClock {
  readonly #scheduler: Scheduler;
  /** Machine milliseconds that pass in one true millisecond. */
  #rate = 1;
  #trueBaseMs = 0;
  #machineBaseMs = 0;
  #calendarOffsetMs: number;

  constructor(scheduler: Scheduler, calendarStartMs: number) {
    this.#scheduler = scheduler;
    this.#calendarOffsetMs = calendarStartMs;
  }

  get rate(): number {
    return this.#rate;
  }

  machineMs(): number {
    return this.#machineBaseMs + (this.#scheduler.nowMs - this.#trueBaseMs) * this.#rate;
  }

  calendarMs(): number {
    return this.machineMs() + this.#calendarOffsetMs;
  }

  /** Moves the calendar alone; measured time never goes back. */
  jump(byMs: number): void {
    this.#calendarOffsetMs += byMs;
  }

  /** From now on the machine counts `rate` milliseconds in a true one. Timers already set keep their moment. */
  drift(rate: number): void {
    if (!(rate > 0)) {
      throw new RangeError(`A clock cannot run at ${rate} of true time. Give a rate above 0.`);
    }
    this.#machineBaseMs = this.machineMs();
    this.#trueBaseMs = this.#scheduler.nowMs;
    this.#rate = rate;
  }
}

/** Time as one life of a node sees it. Stands still, and fires nothing, once that life is over. */
export function nodeClock(scheduler: Scheduler, machine: MachineClock, life: Incarnation): Clock {
  const startedAtMs = machine.machineMs();
  return {
    monotonicMs: () => machine.machineMs() - startedAtMs,
    calendarMs: () => machine.calendarMs(),
    after(delayMs, action) {
      const wait = delayMs > 0 ? delayMs / machine.rate : 0;
      let cancelled = false;
      const event = scheduler.at(scheduler.nowMs + wait, eventKind.timer, life.node, () =>
        life.run(() => {
          // Asked again here: a timer that came due during a pause can still be cancelled after it.
          if (!cancelled) {
            action();
          }
        }),
      );
      return {
        cancel() {
          cancelled = true;
          event.cancelled = true;
        },
      };
    },
  };
}
