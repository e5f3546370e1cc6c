import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';
import { Coverage } from './coverage.ts';
import { chainOver, Gaps, type Stay, stayOf } from './gaps.ts';
import { itemsOf, NEVER, operationsOf } from './items.ts';
import { Stabbing } from './stabbing.ts';

const WORDS = { put: 'push', wasPut: 'pushed', wasTaken: 'popped' };

/**
 * Decides a stack whose items are all different, in O(n log n), or returns undefined when this is none or when a pop of
 * unknown answer leaves it open. At a moment at which no item was surely there, the stack may be taken to have been
 * empty, so that what comes before and after are judged apart; between two such moments some item must have lain below
 * all others the whole time, and is then left out, which may free further moments. After "Efficient Linearizability
 * Monitoring for Sets, Stacks, Queues and Priority Queues" (2025).
 */
export function distinctStack(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  const told = itemsOf(operations, calls, WORDS);
  if (told === undefined || 'linearizable' in told) return told;
  const { items, empties, pending } = told;
  const wrong = judge(
    items.map((item) => stayOf(item, NEVER)),
    empties,
  );
  if (wrong === undefined) return { linearizable: true };
  if (pending.length === 0) return wrong;

  // As if each pop of unknown answer could take any number of items: what is bad even then is bad.
  const soonest = pending.reduce((first, { invokedAt }) => Math.min(first, invokedAt), NEVER);
  const certain = judge(
    items.map((item) => stayOf(item, soonest)),
    empties,
  );
  return certain?.linearizable === false ? { ...certain, operations: [...certain.operations, ...pending] } : undefined;
}

function judge(stays: readonly Stay[], empties: readonly Operation[]): Decision | undefined {
  // An item that may have been popped at once, wherever that was, is in nobody's way.
  const held = stays.filter(({ from, to }) => from < to);
  const missed = foundEmpty(held, empties);
  if (missed !== undefined) return missed;

  const moments = held.flatMap(({ item, from, to }) => [
    item.put.invokedAt,
    from,
    to,
    item.take === undefined ? NEVER : item.take.completedAt,
  ]);
  const gaps = new Gaps(moments);
  const coverage = new Coverage(gaps.count);
  const from = new Int32Array(held.length * 2);
  const to = new Int32Array(held.length * 2);
  const first = new Int32Array(held.length);
  const last = new Int32Array(held.length);
  held.forEach((stay, at) => {
    const { put, take } = stay.item;
    first[at] = gaps.from(stay.from);
    // What is never popped is taken to be at the end of time.
    last[at] = stay.to === NEVER ? gaps.count - 2 : gaps.to(stay.to);
    coverage.add(first[at]!, last[at]!, 1);
    from[at * 2] = gaps.from(put.invokedAt);
    to[at * 2] = first[at]! - 1;
    from[at * 2 + 1] = last[at]! + 1;
    to[at * 2 + 1] = gaps.to(take?.completedAt ?? NEVER);
  });

  const stabbing = new Stabbing(from, to);
  const placed = new Uint8Array(held.length);
  let left = held.length;
  for (let gap = coverage.takeFree(); gap !== -1; gap = coverage.takeFree()) {
    for (let found = stabbing.take(gap); found !== -1; found = stabbing.take(gap)) {
      const at = found >> 1;
      placed[at]! += 1;
      if (placed[at] !== 2) continue;
      left -= 1;
      coverage.add(first[at]!, last[at]!, -1);
    }
  }
  if (left === 0) return undefined;
  return violation(
    'items left the stack in an order in which none of them can have lain below the others',
    smallestRun(held.filter((_, at) => placed[at] !== 2)).flatMap(({ item }) => operationsOf(item)),
  );
}

function foundEmpty(held: readonly Stay[], empties: readonly Operation[]): Decision | undefined {
  if (empties.length === 0) return undefined;
  const runs = runsOf(held);
  for (const empty of empties) {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (runs[middle]!.from < empty.invokedAt) low = middle + 1;
      else high = middle;
    }
    const run = runs[low - 1];
    if (run === undefined || run.to < empty.completedAt) continue;
    return violation('the stack was found empty while items were surely in it', [
      ...chainOver(run.stays, empty.invokedAt, empty.completedAt).flatMap(operationsOf),
      empty,
    ]);
  }
  return undefined;
}

/** A time in which there was always some item, and the items that were there. */
interface Run {
  readonly from: number;
  to: number;
  readonly stays: Stay[];
}

function runsOf(held: readonly Stay[]): readonly Run[] {
  const runs: Run[] = [];
  for (const stay of [...held].sort((one, other) => one.from - other.from)) {
    const run = runs[runs.length - 1];
    if (run === undefined || stay.from > run.to) runs.push({ from: stay.from, to: stay.to, stays: [stay] });
    else {
      run.to = Math.max(run.to, stay.to);
      run.stays.push(stay);
    }
  }
  return runs;
}

/** Each run is bad by itself: the one of the fewest items is the easiest to follow. */
const smallestRun = (stuck: readonly Stay[]): readonly Stay[] =>
  runsOf(stuck).reduce((least, run) => (run.stays.length < least.stays.length ? run : least)).stays;
