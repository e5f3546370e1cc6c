import type { NodeIndex } from '@qflow/ports';
import { eventKind, instantMs, type Scheduler } from './scheduler.ts';

/** One life of a node, from a start to a crash. Whatever reaches it goes through `run`, so the dead do nothing. */
export class Incarnation {
  readonly node: NodeIndex;
  readonly startedAtMs: number;
  readonly #scheduler: Scheduler;
  #alive = true;
  /** What came while it was paused, in order; null when it runs. */
  #held: (() => void)[] | null = null;
  #pausedSinceMs: number | null = null;

  constructor(node: NodeIndex, scheduler: Scheduler) {
    this.node = node;
    this.#scheduler = scheduler;
    this.startedAtMs = scheduler.nowMs;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Null when it runs. */
  get pausedSinceMs(): number | null {
    return this.#pausedSinceMs;
  }

  run(action: () => void): void {
    if (!this.#alive) {
      return;
    }
    if (this.#held === null) {
      action();
    } else {
      this.#held.push(action);
    }
  }

  end(): void {
    this.#alive = false;
    this.#held = null;
  }

  pause(): void {
    if (this.#alive && this.#held === null) {
      this.#held = [];
      this.#pausedSinceMs = this.#scheduler.nowMs;
    }
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#pausedSinceMs = null;
    held.forEach((action, index) => {
      this.#scheduler.at(this.#scheduler.nowMs + index * instantMs, eventKind.resume, this.node, () =>
        this.run(action),
      );
    });
  }
}
