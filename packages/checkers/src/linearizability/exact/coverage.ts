/** Bars a place for good: more than there can ever be intervals. */
const TAKEN = 1 << 30;

/** How many intervals lie over each of some places; finds the places that are free. Logarithmic time for each step. */
export class Coverage {
  readonly #width: number;
  /** Of the places under each node of a tree, the least count, without what was added to nodes above. */
  readonly #least: Int32Array;
  readonly #added: Int32Array;

  constructor(places: number) {
    let width = 1;
    while (width < places) width *= 2;
    this.#width = width;
    this.#least = new Int32Array(width * 2);
    this.#added = new Int32Array(width * 2);
    for (let place = places; place < width; place += 1) this.#least[width + place] = TAKEN;
    for (let node = width - 1; node >= 1; node -= 1) this.#settle(node);
  }

  /** Adds to the count of all places from one to another, both included. */
  add(from: number, to: number, count: number): void {
    let left = from + this.#width;
    let right = to + this.#width;
    const first = left;
    const last = right;
    for (; left <= right; left >>= 1, right >>= 1) {
      if ((left & 1) === 1) this.#raise(left++, count);
      if ((right & 1) === 0) this.#raise(right--, count);
    }
    for (let node = first >> 1; node >= 1; node >>= 1) this.#settle(node);
    for (let node = last >> 1; node >= 1; node >>= 1) this.#settle(node);
  }

  /** A place that nothing covers, which is then never given again; −1 when there is none. */
  takeFree(): number {
    if (this.#least[1] !== 0) return -1;
    let node = 1;
    let above = 0;
    while (node < this.#width) {
      above += this.#added[node]!;
      node *= 2;
      if (this.#least[node]! + above !== 0) node += 1;
    }
    this.#least[node]! += TAKEN;
    for (let parent = node >> 1; parent >= 1; parent >>= 1) this.#settle(parent);
    return node - this.#width;
  }

  #raise(node: number, count: number): void {
    this.#least[node]! += count;
    this.#added[node]! += count;
  }

  #settle(node: number): void {
    const left = this.#least[node * 2]!;
    const right = this.#least[node * 2 + 1]!;
    this.#least[node] = Math.min(left, right) + this.#added[node]!;
  }
}
