import type { Random } from '@qflow/ports';
import { EventQueue, type ScheduledEvent } from './event-queue.ts';
import type { Fingerprint } from './fingerprint.ts';

/** What kinds of events there are. The numbers stand in fingerprints. */
export const eventKind = {
  timer: 1,
  delivery: 2,
  connected: 3,
  disconnected: 4,
  link: 5,
  orchestrator: 6,
  resume: 7,
  trace: 8,
  append: 9,
  sync: 10,
  control: 11,
} as const;

/** Smaller than any delay that means something: keeps apart what has an order of its own, such as two messages of a link. */
export const instantMs = 1e-6;

/** Virtual time: it stands still while anything happens, and jumps to the next event when nothing does. */
export class Scheduler {
  readonly #queue = new EventQueue();
  readonly #ties: Random;
  readonly fingerprint: Fingerprint;
  #nowMs = 0;
  #sequence = 0;
  #executed = 0;

  constructor(ties: Random, fingerprint: Fingerprint) {
    this.#ties = ties;
    this.fingerprint = fingerprint;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events that have happened so far. */
  get executed(): number {
    return this.#executed;
  }

  /** When the next event is due; `undefined` when none is. */
  get nextAtMs(): number | undefined {
    for (;;) {
      const next = this.#queue.peek();
      if (next === undefined || !next.cancelled) {
        return next?.atMs;
      }
      this.#queue.pop();
    }
  }

  /** @param node who it happens to; −1 for nobody in particular */
  at(atMs: number, kind: number, node: number, action: () => void): ScheduledEvent {
    if (Number.isNaN(atMs)) {
      throw new RangeError('Nothing can happen at a time that is no number.');
    }
    const event: ScheduledEvent = {
      atMs: Math.max(atMs, this.#nowMs),
      tie: this.#ties.uint32(),
      sequence: this.#sequence++,
      kind,
      node,
      action,
      cancelled: false,
    };
    this.#queue.push(event);
    return event;
  }

  /** Lets the next event happen. False when there is none. */
  step(): boolean {
    for (;;) {
      const event = this.#queue.pop();
      if (event === undefined) {
        return false;
      }
      if (!event.cancelled) {
        this.#nowMs = event.atMs;
        this.#executed += 1;
        this.fingerprint.time(event.atMs);
        this.fingerprint.word((event.kind << 16) ^ event.node);
        event.action();
        return true;
      }
    }
  }

  /** Lets time pass up to a moment before which nothing is due. */
  rest(untilMs: number): void {
    if (untilMs > this.#nowMs) {
      this.#nowMs = untilMs;
    }
  }
}
