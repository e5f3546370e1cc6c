import type { Item } from './items.ts';
import { NEVER } from './items.ts';

/**
 * Time as the gaps between moments that matter: gap `g` follows the moment of rank `g`. The gap after them all is the
 * end of time, which lies within whatever never ends.
 */
export class Gaps {
  readonly #moments: Float64Array;

  constructor(moments: readonly number[]) {
    this.#moments = Float64Array.from(moments.filter((moment) => moment !== NEVER)).sort();
  }

  /** How many gaps there are, the end of time included. */
  get count(): number {
    return this.#moments.length + 1;
  }

  /** The first gap that begins at or after a moment. */
  from(moment: number): number {
    let low = 0;
    let high = this.#moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#moments[middle]! < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last gap that ends at or before a moment. */
  to(moment: number): number {
    return moment === NEVER ? this.#moments.length : this.from(moment) - 1;
  }
}

/** When an item was surely in its container: after its put had ended and before its take began. */
export interface Stay {
  readonly item: Item;
  readonly from: number;
  /** NEVER: nobody can have taken it. */
  readonly to: number;
}

/** `mayLeaveFrom`: from when on an item that nobody was seen to take may have left all the same. */
export const stayOf = (item: Item, mayLeaveFrom: number): Stay => ({
  item,
  from: item.put.completedAt,
  to: item.take?.invokedAt ?? mayLeaveFrom,
});

/** As few stays as cover a time wholly between them; those given do. */
export function chainOver(stays: readonly Stay[], begin: number, end: number): readonly Item[] {
  const sorted = [...stays].sort((one, other) => one.from - other.from);
  const chain: Item[] = [];
  let covered = begin;
  let at = 0;
  while (covered < end) {
    let longest: Stay | undefined;
    while (at < sorted.length && sorted[at]!.from <= covered) {
      if (longest === undefined || sorted[at]!.to > longest.to) longest = sorted[at]!;
      at += 1;
    }
    if (longest === undefined || longest.to <= covered) break;
    chain.push(longest.item);
    covered = longest.to;
  }
  return chain;
}
