import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import { keyOf, type ValueKey } from '../../history/value-key.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';

interface Item {
  readonly value: Json;
  readonly enqueue: Operation;
  /** Undefined: never dequeued. */
  dequeue: Operation | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Decides a queue whose items are all different and whose dequeues all answered, in O(n log n), or returns undefined
 * when this is none. Sound and complete after Henzinger, Sezgin and Vafeiadis, "Aspect-Oriented Linearizability
 * Proofs" (2013): no item out of nothing, none twice, none overtaken, and no empty answer while one was surely there.
 */
export function distinctQueue(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  const items = new Map<ValueKey, Item>();
  const empties: Operation[] = [];
  const pending: Operation[] = [];
  for (let at = 0; at < calls.length; at += 1) {
    const { f, value } = calls[at]!;
    if (f !== 'enqueue') continue;
    const name = keyOf(value);
    if (items.has(name)) return undefined;
    items.set(name, { value, enqueue: operations[at]!, dequeue: undefined });
  }
  for (let at = 0; at < calls.length; at += 1) {
    const { f, result } = calls[at]!;
    if (f === 'enqueue') continue;
    const dequeue = operations[at]!;
    if (result === undefined) {
      pending.push(dequeue);
      continue;
    }
    if (result === null) {
      empties.push(dequeue);
      continue;
    }
    const name = keyOf(result);
    const item = items.get(name);
    if (item === undefined)
      return violation(`${JSON.stringify(result)} was dequeued, which nobody enqueued`, [dequeue]);
    if (item.dequeue !== undefined)
      return violation(`${show(item)} was dequeued twice`, [item.enqueue, item.dequeue, dequeue]);
    if (dequeue.completedAt < item.enqueue.invokedAt) {
      return violation(`${show(item)} was dequeued before its enqueue began`, [dequeue, item.enqueue]);
    }
    item.dequeue = dequeue;
  }

  // An enqueue that may not have happened, and whose item nobody saw, did not happen.
  const present = [...items.values()].filter(
    (item) => item.dequeue !== undefined || item.enqueue.completedAt !== NEVER,
  );
  const unmet = handOut(present, empties, pending);
  if (unmet !== undefined && empties.length > 0) return undefined;
  if (unmet !== undefined) return unmet;
  const wrong = overtaken(present) ?? missed(present, empties);
  // Which item a dequeue of unknown answer took may matter to what was found empty: that is left to the search.
  if (wrong !== undefined && pending.length > 0 && empties.length > 0) return undefined;
  return wrong ?? { linearizable: true };
}

/**
 * Gives dequeues of unknown answer to items that must have been dequeued, but were not seen to be, the most urgent
 * first. Returns the violation when there are too few of them.
 */
function handOut(
  items: readonly Item[],
  empties: readonly Operation[],
  pending: readonly Operation[],
): Decision | undefined {
  if (pending.length === 0) return undefined;
  const dequeued = items.filter(({ dequeue }) => dequeue !== undefined);
  const later = [
    ...dequeued.map(({ enqueue, dequeue }) => ({
      begin: enqueue.invokedAt,
      end: dequeue!.completedAt,
      by: [enqueue, dequeue!],
    })),
    ...empties.map((empty) => ({ begin: empty.invokedAt, end: empty.completedAt, by: [empty] })),
  ].sort((one, other) => other.begin - one.begin);
  const left = items.filter(({ dequeue }) => dequeue === undefined).sort((one, other) => endOf(other) - endOf(one));

  let at = 0;
  let soonest: (typeof later)[number] | undefined;
  const urgent: { readonly item: Item; readonly due: (typeof later)[number] }[] = [];
  for (const item of left) {
    while (at < later.length && later[at]!.begin > endOf(item)) {
      if (soonest === undefined || later[at]!.end < soonest.end) soonest = later[at]!;
      at += 1;
    }
    if (soonest !== undefined) urgent.push({ item, due: soonest });
  }

  urgent.sort((one, other) => one.due.end - other.due.end);
  const inOrder = [...pending].sort((one, other) => one.invokedAt - other.invokedAt);
  for (const [place, { item, due }] of urgent.entries()) {
    const dequeue = inOrder[place];
    if (dequeue === undefined || dequeue.invokedAt > due.end) {
      const involved = urgent.slice(0, place + 1).map((one) => one.item.enqueue);
      return violation(`${show(item)} was overtaken, and too few dequeues are left that may have taken it`, [
        ...involved,
        ...due.by,
        ...inOrder.slice(0, place),
      ]);
    }
    item.dequeue = dequeue;
  }
  return undefined;
}

/** An item whose enqueue surely came first, and whose dequeue surely came later, or never. */
function overtaken(items: readonly Item[]): Decision | undefined {
  // By end of the enqueue: for each item b, all that surely came before it stand in front.
  const byEnd = items
    .filter(({ enqueue }) => enqueue.completedAt !== NEVER)
    .sort((one, other) => endOf(one) - endOf(other));
  const byBegin = items
    .filter(({ dequeue }) => dequeue !== undefined)
    .sort((one, other) => beginOf(one) - beginOf(other));
  let at = 0;
  let latest: Item | undefined;
  for (const later of byBegin) {
    while (at < byEnd.length && endOf(byEnd[at]!) < beginOf(later)) {
      const item = byEnd[at]!;
      if (latest === undefined || (item.dequeue?.invokedAt ?? NEVER) > (latest.dequeue?.invokedAt ?? NEVER))
        latest = item;
      at += 1;
    }
    if (latest !== undefined && later.dequeue!.completedAt < (latest.dequeue?.invokedAt ?? NEVER)) {
      const first = latest.dequeue === undefined ? [latest.enqueue] : [latest.enqueue, latest.dequeue];
      return violation(`${show(later)} overtook ${show(latest)}`, [...first, later.enqueue, later.dequeue!]);
    }
  }
  return undefined;
}

/** An empty answer all of whose time is covered by items that were surely in the queue. */
function missed(items: readonly Item[], empties: readonly Operation[]): Decision | undefined {
  const held = items
    .map((item) => ({ item, from: endOf(item), to: item.dequeue?.invokedAt ?? NEVER }))
    .filter(({ from, to }) => from < to)
    .sort((one, other) => one.from - other.from);

  // Runs of times in which the queue was surely not empty, with the items that make each up.
  const runs: { from: number; to: number; readonly items: Item[] }[] = [];
  for (const { item, from, to } of held) {
    const run = runs[runs.length - 1];
    if (run === undefined || from > run.to) runs.push({ from, to, items: [item] });
    else if (to > run.to) {
      run.to = to;
      run.items.push(item);
    }
  }

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
    const around = run.items.filter(
      (item) => endOf(item) < empty.completedAt && (item.dequeue?.invokedAt ?? NEVER) > empty.invokedAt,
    );
    return violation('the queue was found empty while items were surely in it', [
      ...around.flatMap(({ enqueue, dequeue }) => (dequeue === undefined ? [enqueue] : [enqueue, dequeue])),
      empty,
    ]);
  }
  return undefined;
}

const endOf = ({ enqueue }: Item): number => enqueue.completedAt;
const beginOf = ({ enqueue }: Item): number => enqueue.invokedAt;
const show = ({ value }: Item): string => JSON.stringify(value);
