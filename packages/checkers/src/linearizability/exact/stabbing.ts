/** Intervals of places, each given out once, to the first that asks for a place within it. */
export class Stabbing {
  readonly #width: number;
  readonly #starts: Int32Array;
  readonly #order: Int32Array;
  /** Of the intervals under each node of a tree, in the order of their starts, the furthest end; −1 when all are out. */
  readonly #furthest: Int32Array;

  constructor(from: Int32Array, to: Int32Array) {
    const count = from.length;
    this.#order = Int32Array.from({ length: count }, (_, at) => at).sort((one, other) => from[one]! - from[other]!);
    this.#starts = this.#order.map((interval) => from[interval]!);
    let width = 1;
    while (width < count) width *= 2;
    this.#width = width;
    this.#furthest = new Int32Array(width * 2).fill(-1);
    for (let at = 0; at < count; at += 1) this.#furthest[width + at] = to[this.#order[at]!]!;
    for (let node = width - 1; node >= 1; node -= 1) this.#settle(node);
  }

  /** An interval that holds the place and was not given out yet; −1 when there is none. */
  take(place: number): number {
    // Of those that start early enough, which stand in front, one that reaches far enough.
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= place) low = middle + 1;
      else high = middle;
    }
    let node = this.#within(low, place);
    if (node === -1) return -1;
    while (node < this.#width) {
      node *= 2;
      if (this.#furthest[node]! < place) node += 1;
    }
    const found = this.#order[node - this.#width]!;
    this.#furthest[node] = -1;
    for (let parent = node >> 1; parent >= 1; parent >>= 1) this.#settle(parent);
    return found;
  }

  /** A node wholly among the first `count` leaves that reaches the place. */
  #within(count: number, place: number): number {
    let left = this.#width;
    let right = this.#width + count - 1;
    for (; left <= right; left >>= 1, right >>= 1) {
      if ((left & 1) === 1) {
        if (this.#furthest[left]! >= place) return left;
        left += 1;
      }
      if ((right & 1) === 0) {
        if (this.#furthest[right]! >= place) return right;
        right -= 1;
      }
    }
    return -1;
  }

  #settle(node: number): void {
    this.#furthest[node] = Math.max(this.#furthest[node * 2]!, this.#furthest[node * 2 + 1]!);
  }
}
