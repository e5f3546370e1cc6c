import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';
import { chainOver, Gaps, type Stay, stayOf } from './gaps.ts';
import { itemsOf, NEVER, operationsOf, show } from './items.ts';

const WORDS = { put: 'insert', wasPut: 'inserted', wasTaken: 'polled' };

/**
 * Decides a priority queue of numbers that are all different, in O(n log n), or returns undefined when this is none or
 * when a poll of unknown answer leaves it open. A poll needs one moment, after its number may have come, at which no
 * lesser one was surely there: each poll at its first such moment, the least first, is then an order. After "Efficient
 * Linearizability Monitoring for Sets, Stacks, Queues and Priority Queues" (2025).
 */
export function distinctPriority(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  const told = itemsOf(operations, calls, WORDS);
  if (told === undefined || 'linearizable' in told) return told;
  const { items, empties, pending } = told;
  if (items.some(({ value }) => typeof value !== 'number')) return undefined;
  const sorted = [...items].sort((one, other) => (one.value as number) - (other.value as number));
  const wrong = judge(
    sorted.map((item) => stayOf(item, NEVER)),
    empties,
  );
  if (wrong === undefined) return { linearizable: true };
  if (pending.length === 0) return wrong;

  // As if each poll of unknown answer could take any number of them: what is bad even then is bad.
  const soonest = pending.reduce((first, { invokedAt }) => Math.min(first, invokedAt), NEVER);
  const certain = judge(
    sorted.map((item) => stayOf(item, soonest)),
    empties,
  );
  return certain?.linearizable === false ? { ...certain, operations: [...certain.operations, ...pending] } : undefined;
}

/** `stays` are in the order of priority. */
function judge(stays: readonly Stay[], empties: readonly Operation[]): Decision | undefined {
  const moments = stays.flatMap(({ item: { put, take }, from, to }) => [
    put.invokedAt,
    from,
    to,
    take?.completedAt ?? NEVER,
  ]);
  const gaps = new Gaps([...moments, ...empties.flatMap(({ invokedAt, completedAt }) => [invokedAt, completedAt])]);
  const free = new FreePlaces(gaps.count);
  const lesser: Stay[] = [];
  for (const stay of stays) {
    const { item } = stay;
    if (item.take !== undefined) {
      const begin = Math.max(item.take.invokedAt, item.put.invokedAt);
      const end = item.take.completedAt;
      if (free.next(gaps.from(begin)) > gaps.to(end)) {
        return violation(`${show(item)} was polled while lesser numbers were surely there`, [
          ...chainOver(lesser, begin, end).flatMap(operationsOf),
          ...operationsOf(item),
        ]);
      }
    }
    if (stay.from >= stay.to) continue;
    lesser.push(stay);
    free.cover(gaps.from(stay.from), gaps.to(stay.to));
  }

  for (const empty of empties) {
    if (free.next(gaps.from(empty.invokedAt)) <= gaps.to(empty.completedAt)) continue;
    return violation('the queue was found empty while numbers were surely in it', [
      ...chainOver(lesser, empty.invokedAt, empty.completedAt).flatMap(operationsOf),
      empty,
    ]);
  }
  return undefined;
}

/** Places of which ever more are covered: each points on to the next that may be free. */
class FreePlaces {
  readonly #next: Int32Array;

  constructor(count: number) {
    this.#next = Int32Array.from({ length: count + 1 }, (_, place) => place);
  }

  /** The first free place from here on; beyond the last when there is none. */
  next(place: number): number {
    let found = place;
    while (this.#next[found] !== found) {
      this.#next[found] = this.#next[this.#next[found]!]!;
      found = this.#next[found]!;
    }
    return found;
  }

  cover(from: number, to: number): void {
    for (let place = this.next(from); place <= to; place = this.next(place)) this.#next[place] = place + 1;
  }
}
