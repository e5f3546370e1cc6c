/** Kinds of dependency, as bits. */
export const WW = 1;
export const WR = 2;
export const RW = 4;
export const PROCESS = 8;
export const REALTIME = 16;

/** Edges as they are found; nodes are numbers from 0. */
export class EdgeList {
  from = new Int32Array(1024);
  to = new Int32Array(1024);
  kind = new Uint8Array(1024);
  /** What the edge is about: the number of a version, −1 when nothing. */
  about = new Int32Array(1024);
  length = 0;

  add(from: number, to: number, kind: number, about: number): void {
    if (from === to) return;
    if (this.length === this.from.length) this.#grow();
    this.from[this.length] = from;
    this.to[this.length] = to;
    this.kind[this.length] = kind;
    this.about[this.length] = about;
    this.length += 1;
  }

  #grow(): void {
    const capacity = this.length * 2;
    const wider = <Words extends Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
      words: Words,
      fresh: Words,
    ): Words => {
      fresh.set(words);
      return fresh;
    };
    this.from = wider(this.from, new Int32Array(capacity));
    this.to = wider(this.to, new Int32Array(capacity));
    this.about = wider(this.about, new Int32Array(capacity));
    this.kind = wider(this.kind, new Uint8Array(capacity));
  }
}

/** The edges by the node that they leave: those of node `n` are `edges[start[n]]` up to `edges[start[n + 1]]`. */
export interface Graph {
  readonly nodes: number;
  readonly list: EdgeList;
  readonly start: Int32Array;
  readonly edges: Int32Array;
}

export function graphOf(list: EdgeList, nodes: number): Graph {
  const start = new Int32Array(nodes + 1);
  for (let edge = 0; edge < list.length; edge += 1) start[list.from[edge]! + 1]! += 1;
  for (let node = 0; node < nodes; node += 1) start[node + 1]! += start[node]!;
  const next = start.slice();
  const edges = new Int32Array(list.length);
  for (let edge = 0; edge < list.length; edge += 1) {
    const from = list.from[edge]!;
    edges[next[from]!] = edge;
    next[from]! += 1;
  }
  return { nodes, list, start, edges };
}

/** Numbers strongly connected components; −1 for nodes that lie on no cycle of edges of these kinds. */
export interface Components {
  readonly of: Int32Array;
  readonly count: number;
}

/** Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972), without recursion. */
export function componentsOf({ nodes, list, start, edges }: Graph, kinds: number): Components {
  const of = new Int32Array(nodes).fill(-1);
  const order = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const at = new Int32Array(nodes);
  const path = new Int32Array(nodes);
  const waiting = new Int32Array(nodes);
  const isWaiting = new Uint8Array(nodes);
  let visited = 0;
  let waitingCount = 0;
  let count = 0;

  for (let root = 0; root < nodes; root += 1) {
    if (order[root] !== -1) continue;
    let depth = 0;
    path[0] = root;
    let entered = true;
    while (depth >= 0) {
      const node = path[depth]!;
      if (entered) {
        order[node] = visited;
        low[node] = visited;
        visited += 1;
        at[node] = start[node]!;
        waiting[waitingCount] = node;
        waitingCount += 1;
        isWaiting[node] = 1;
        entered = false;
      }
      let descends = false;
      while (at[node]! < start[node + 1]!) {
        const edge = edges[at[node]!]!;
        at[node]! += 1;
        if ((list.kind[edge]! & kinds) === 0) continue;
        const to = list.to[edge]!;
        if (order[to] === -1) {
          depth += 1;
          path[depth] = to;
          entered = true;
          descends = true;
          break;
        }
        if (isWaiting[to] === 1 && order[to]! < low[node]!) low[node] = order[to]!;
      }
      if (descends) continue;

      if (low[node] === order[node]) {
        const isCycle = waiting[waitingCount - 1] !== node;
        let member: number;
        do {
          waitingCount -= 1;
          member = waiting[waitingCount]!;
          isWaiting[member] = 0;
          if (isCycle) of[member] = count;
        } while (member !== node);
        if (isCycle) count += 1;
      }
      depth -= 1;
      if (depth >= 0 && low[node]! < low[path[depth]!]!) low[path[depth]!] = low[node]!;
    }
  }
  return { of, count };
}
