import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';
import { type Item, itemsOf, NEVER, operationsOf, show } from './items.ts';

const WORDS = { put: 'enqueue', wasPut: 'enqueued', wasTaken: 'dequeued' };

/**
 * Decides a queue whose items are all different and whose dequeues all answered, in O(n log n), or returns undefined
 * when this is none. Sound and complete after Henzinger, Sezgin and Vafeiadis, "Aspect-Oriented Linearizability
 * Proofs" (2013): no item out of nothing, none twice, none overtaken, and no empty answer while one was surely there.
 */
export function distinctQueue(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  const told = itemsOf(operations, calls, WORDS);
  if (told === undefined || 'linearizable' in told) return told;
  const { items, empties, pending } = told;
  const unmet = handOut(items, empties, pending);
  if (unmet !== undefined && empties.length > 0) return undefined;
  if (unmet !== undefined) return unmet;
  const wrong = overtaken(items) ?? missed(items, empties);
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
  const dequeued = items.filter(({ take }) => take !== undefined);
  const later = [
    ...dequeued.map((item) => ({
      begin: beginOf(item),
      end: item.take!.completedAt,
      by: operationsOf(item),
    })),
    ...empties.map((empty) => ({ begin: empty.invokedAt, end: empty.completedAt, by: [empty] })),
  ].sort((one, other) => other.begin - one.begin);
  const left = items.filter(({ take }) => take === undefined).sort((one, other) => endOf(other) - endOf(one));

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
      const involved = urgent.slice(0, place + 1).map((one) => one.item.put);
      return violation(`${show(item)} was overtaken, and too few dequeues are left that may have taken it`, [
        ...involved,
        ...due.by,
        ...inOrder.slice(0, place),
      ]);
    }
    item.take = dequeue;
  }
  return undefined;
}

/** An item whose enqueue surely came first, and whose dequeue surely came later, or never. */
function overtaken(items: readonly Item[]): Decision | undefined {
  // By end of the enqueue: for each item b, all that surely came before it stand in front.
  const byEnd = items.filter(({ put }) => put.completedAt !== NEVER).sort((one, other) => endOf(one) - endOf(other));
  const byBegin = items.filter(({ take }) => take !== undefined).sort((one, other) => beginOf(one) - beginOf(other));
  let at = 0;
  let latest: Item | undefined;
  for (const later of byBegin) {
    while (at < byEnd.length && endOf(byEnd[at]!) < beginOf(later)) {
      const item = byEnd[at]!;
      if (latest === undefined || (item.take?.invokedAt ?? NEVER) > (latest.take?.invokedAt ?? NEVER)) latest = item;
      at += 1;
    }
    if (latest !== undefined && later.take!.completedAt < (latest.take?.invokedAt ?? NEVER)) {
      return violation(`${show(later)} overtook ${show(latest)}`, [...operationsOf(latest), ...operationsOf(later)]);
    }
  }
  return undefined;
}

/** An empty answer all of whose time is covered by items that were surely in the queue. */
function missed(items: readonly Item[], empties: readonly Operation[]): Decision | undefined {
  const held = items
    .map((item) => ({ item, from: endOf(item), to: item.take?.invokedAt ?? NEVER }))
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
      (item) => endOf(item) < empty.completedAt && (item.take?.invokedAt ?? NEVER) > empty.invokedAt,
    );
    return violation('the queue was found empty while items were surely in it', [
      ...around.flatMap(operationsOf),
      empty,
    ]);
  }
  return undefined;
}

const endOf = ({ put }: Item): number => put.completedAt;
const beginOf = ({ put }: Item): number => put.invokedAt;
