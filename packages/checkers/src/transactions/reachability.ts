import type { EdgeList } from './graph.ts';
import type { Transaction } from './transaction.ts';

/** Whether one transaction is known to come before others, in a graph that grows. */
export class Reachability {
  visits = 0;
  readonly #edges: EdgeList;
  readonly #kept: readonly Transaction[];
  readonly #isTimed: boolean;
  /** The last edge found of each node, and before each edge the one found before it. */
  readonly #last: Int32Array;
  #before = new Int32Array(1024);
  #known = 0;
  readonly #seen: Int32Array;
  readonly #wanted: Int32Array;
  readonly #queue: Int32Array;
  /** When each node begins: what begins after all targets have ended cannot lead to them but by a cycle. */
  readonly #begin: Float64Array;
  #round = 0;

  constructor(edges: EdgeList, nodes: number, kept: readonly Transaction[], isTimed: boolean) {
    this.#edges = edges;
    this.#kept = kept;
    this.#isTimed = isTimed;
    this.#last = new Int32Array(nodes).fill(-1);
    this.#seen = new Int32Array(nodes);
    this.#wanted = new Int32Array(nodes);
    this.#queue = new Int32Array(nodes);
    this.#begin = new Float64Array(nodes);
    kept.forEach(({ operation }, node) => {
      this.#begin[node] = operation.invokedAt;
    });
    // A moment begins when the latest of those that it follows ended.
    for (let edge = 0; edge < edges.length; edge += 1) {
      const to = edges.to[edge]!;
      const from = edges.from[edge]!;
      if (to < kept.length) continue;
      const ended = from < kept.length ? kept[from]!.operation.completedAt : this.#begin[from]!;
      this.#begin[to] = Math.max(this.#begin[to]!, ended);
    }
    this.catchUp();
  }

  /** Takes notice of edges added since. */
  catchUp(): void {
    const { from, length } = this.#edges;
    if (length > this.#before.length) {
      const grown = new Int32Array(length * 2);
      grown.set(this.#before);
      this.#before = grown;
    }
    for (; this.#known < length; this.#known += 1) {
      const node = from[this.#known]!;
      this.#before[this.#known] = this.#last[node]!;
      this.#last[node] = this.#known;
    }
  }

  /** Forgets the edges beyond a number of them. */
  cutTo(length: number): void {
    while (this.#known > length) {
      this.#known -= 1;
      this.#last[this.#edges.from[this.#known]!] = this.#before[this.#known]!;
    }
    this.#edges.length = length;
  }

  /** Whether there is a way from a node to another or to any of some more. */
  reaches(from: number, to: number, more: readonly number[]): boolean {
    this.#round += 1;
    const round = this.#round;
    if (this.#isTimed) {
      // What began after this one ended needs no search.
      const end = this.#kept[from]!.operation.completedAt;
      if (this.#begin[to]! > end || more.some((node) => this.#begin[node]! > end)) return true;
    }
    let latest = this.#want(to, Number.NEGATIVE_INFINITY);
    for (const node of more) if (node !== from) latest = this.#want(node, latest);

    const queue = this.#queue;
    queue[0] = from;
    this.#seen[from] = round;
    let head = 0;
    let tail = 1;
    while (head < tail) {
      const node = queue[head]!;
      head += 1;
      for (let edge = this.#last[node]!; edge !== -1; edge = this.#before[edge]!) {
        this.visits += 1;
        const next = this.#edges.to[edge]!;
        if (this.#seen[next] === round) continue;
        if (this.#wanted[next] === round) return true;
        this.#seen[next] = round;
        if (this.#isTimed && this.#begin[next]! > latest) continue;
        queue[tail] = next;
        tail += 1;
      }
    }
    return false;
  }

  #want(node: number, latest: number): number {
    this.#wanted[node] = this.#round;
    return Math.max(latest, this.#kept[node]!.operation.completedAt);
  }
}
