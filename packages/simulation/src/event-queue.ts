/** Something that will happen at a moment of virtual time. */
export interface ScheduledEvent {
  readonly atMs: number;
  readonly tie: number;
  readonly sequence: number;
  /** What it is, for fingerprints: the kind, and who it happens to (−1: nobody in particular). */
  readonly kind: number;
  readonly node: number;
  readonly action: () => void;
  cancelled: boolean;
}

/**
 * The events to come, in the order (time, seeded tie-break, sequence): a binary heap. What happens at the same time
 * has no order of its own, so each seed gives it another; the sequence makes the order total.
 */
export class EventQueue {
  readonly #heap: ScheduledEvent[] = [];

  peek(): ScheduledEvent | undefined {
    return this.#heap[0];
  }

  push(event: ScheduledEvent): void {
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(event);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent] as ScheduledEvent;
      if (!isBefore(event, above)) {
        break;
      }
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = event;
  }

  pop(): ScheduledEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) {
      return first;
    }
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && isBefore(heap[child + 1] as ScheduledEvent, heap[child] as ScheduledEvent)) {
        child += 1;
      }
      const below = heap[child] as ScheduledEvent;
      if (!isBefore(below, last)) {
        break;
      }
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = last;
    return first;
  }
}

function isBefore(one: ScheduledEvent, other: ScheduledEvent): boolean {
  if (one.atMs !== other.atMs) {
    return one.atMs < other.atMs;
  }
  return one.tie !== other.tie ? one.tie < other.tie : one.sequence < other.sequence;
}
