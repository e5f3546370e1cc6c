import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** All reads of one value. */
interface Level {
  readonly count: number;
  readonly reads: Operation[];
  firstEnd: Operation;
  lastBegin: Operation;
}

/**
 * Decides a counter to which the same amount is added every time, in O(n log n), or returns undefined when this is
 * none. Reads tell how many additions came before them. Between two values read, exactly as many additions as the
 * values lie apart must have room: which ones is a matter of deadlines only, so that the most urgent first is best.
 * `step` is what a call adds; undefined for a read.
 */
export function unitCounter(
  operations: readonly Operation[],
  calls: readonly Call[],
  initial: number,
  step: (call: Call) => number | undefined,
): Decision | undefined {
  let unit: number | undefined;
  const additions: Operation[] = [];
  const levels = new Map<number, Level>();
  for (let at = 0; at < calls.length; at += 1) {
    const operation = operations[at]!;
    const size = step(calls[at]!);
    if (size === 0) continue;
    if (size !== undefined) {
      if (unit !== undefined && size !== unit) return undefined;
      unit = size;
      additions.push(operation);
    }
  }
  for (let at = 0; at < calls.length; at += 1) {
    const call = calls[at]!;
    if (step(call) !== undefined || call.result === undefined) continue;
    const read = operations[at]!;
    const count = (Number(call.result) - initial) / (unit ?? 1);
    const isWhole = typeof call.result === 'number' && Number.isInteger(count);
    if (!isWhole || count < 0 || count > additions.length) {
      return { ...violation(never(call, initial, unit, additions.length), [read]), isSmallest: true };
    }
    const level = levels.get(count);
    if (level === undefined) levels.set(count, { count, reads: [read], firstEnd: read, lastBegin: read });
    else {
      level.reads.push(read);
      if (read.completedAt < level.firstEnd.completedAt) level.firstEnd = read;
      if (read.invokedAt > level.lastBegin.invokedAt) level.lastBegin = read;
    }
  }
  const sorted = [...levels.values()].sort((one, other) => one.count - other.count);
  return backwards(sorted) ?? withoutRoom(sorted, additions) ?? { linearizable: true };
}

function never({ result }: Call, initial: number, unit: number | undefined, count: number): string {
  const most = unit === undefined ? 'nothing was added' : `${unit} was added at most ${count} times`;
  return `a read returned ${JSON.stringify(result)}, which is impossible: it began at ${initial} and ${most}`;
}

/** A read of more that ended before a read of less began. */
function backwards(levels: readonly Level[]): Decision | undefined {
  let latest: Operation | undefined;
  for (const { firstEnd, lastBegin } of levels) {
    if (latest !== undefined && firstEnd.completedAt < latest.invokedAt) {
      const reads = [firstEnd, latest];
      return { ...violation('the counter went back between two reads', reads), isSmallest: true };
    }
    if (latest === undefined || lastBegin.invokedAt > latest.invokedAt) latest = lastBegin;
  }
  return undefined;
}

/** An addition, and between which levels it may stand: slot `s` comes before the reads of level `s`. */
interface Job {
  readonly addition: Operation;
  readonly first: number;
  readonly last: number;
}

function withoutRoom(levels: readonly Level[], additions: readonly Operation[]): Decision | undefined {
  // Whoever stands before a level must have begun before any read of it, or of a later one, had ended.
  const beginBy = new Float64Array(levels.length + 1).fill(NEVER);
  for (let at = levels.length - 1; at >= 0; at -= 1) {
    beginBy[at] = Math.min(beginBy[at + 1]!, levels[at]!.firstEnd.completedAt);
  }
  // Whoever stands after a level must not have ended before a read of it, or of an earlier one, had begun.
  const endAfter = new Float64Array(levels.length + 1).fill(-1);
  for (let at = 0; at < levels.length; at += 1) {
    endAfter[at + 1] = Math.max(endAfter[at]!, levels[at]!.lastBegin.invokedAt);
  }
  const jobs = additions
    .map((addition): Job => {
      const first = firstWhere(beginBy, (moment) => addition.invokedAt < moment);
      const last = firstWhere(endAfter, (moment) => addition.completedAt < moment) - 1;
      return { addition, first, last };
    })
    .sort((one, other) => one.first - other.first);

  const crushed = jobs.find(({ first, last }) => first > last);
  if (crushed !== undefined) {
    const { addition, first, last } = crushed;
    const before = levels.slice(first - 1).map(({ firstEnd }) => firstEnd);
    const after = levels.slice(0, last + 1).map(({ lastBegin }) => lastBegin);
    const reads = [
      before.reduce((one, other) => (other.completedAt < one.completedAt ? other : one)),
      after.reduce((one, other) => (other.invokedAt > one.invokedAt ? other : one)),
    ];
    const why = 'an addition between two reads made no difference to them';
    return { ...violation(why, [reads[0]!, addition, reads[1]!]), isSmallest: true };
  }

  const failing = firstFailure(levels, jobs, -1);
  if (failing === undefined) return undefined;
  // The latest level from which on it is bad, whatever the counter was at before.
  let from = failing.slot - 1;
  for (let size = 1; from >= 0; size *= 2) {
    if (firstFailure(levels.slice(0, failing.slot + 1), jobs, from) !== undefined) break;
    from = from === 0 ? -1 : Math.max(0, from - size);
  }
  const involved = jobs.filter(({ first, last }) => first <= failing.slot && last > from);
  const below = levels[from];
  const above = levels[failing.slot];
  const between = [below?.lastBegin, below?.firstEnd, above?.firstEnd, above?.lastBegin].filter(
    (read) => read !== undefined,
  );
  return {
    ...violation(failing.why, [...new Set([...involved.map(({ addition }) => addition), ...between])]),
    isSmallest: true,
  };
}

/**
 * The first slot that cannot hold just as many additions as its level asks for. With `from` a level, only what follows
 * it is judged, and any number may have been added before.
 */
function firstFailure(
  levels: readonly Level[],
  jobs: readonly Job[],
  from: number,
): { readonly slot: number; readonly why: string } | undefined {
  const waiting = new Deadlines();
  let next = 0;
  for (let slot = Math.max(0, from); slot < levels.length; slot += 1) {
    while (next < jobs.length && jobs[next]!.first <= slot) {
      waiting.add(jobs[next]!.last);
      next += 1;
    }
    if (slot === from) {
      while (waiting.soonest() <= slot) waiting.take();
      continue;
    }
    const wanted = levels[slot]!.count - (slot === 0 ? 0 : levels[slot - 1]!.count);
    for (let taken = 0; taken < wanted; taken += 1) {
      if (waiting.size === 0) return { slot, why: 'a read saw more additions than can have been made by then' };
      waiting.take();
    }
    if (waiting.soonest() <= slot) return { slot, why: 'a read saw fewer additions than had been made by then' };
  }
  return undefined;
}

/** The first place whose moment passes; the number of places when none does. The moments never go down. */
function firstWhere(moments: Float64Array, passes: (moment: number) => boolean): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(moments[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Deadlines, the soonest first: a binary heap. */
class Deadlines {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
  }

  soonest(): number {
    return this.#heap[0] ?? NEVER;
  }

  add(deadline: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(deadline);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= deadline) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = deadline;
  }

  take(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
      if (heap[child]! >= last) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
