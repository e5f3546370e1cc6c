import {
  type Components,
  componentsOf,
  EdgeList,
  type Graph,
  graphOf,
  PROCESS,
  REALTIME,
  RW,
  WR,
  WW,
} from './graph.ts';
import type { AnomalyName, CycleName } from './levels.ts';
import type { Patience } from './patience.ts';

export interface Cycle {
  readonly name: AnomalyName;
  /** Edges of the list, each beginning where the one before ends; the last ends where the first begins. */
  readonly edges: readonly number[];
}

/** How many edges of a component are tried as part of the shortest cycle. */
const TRIED = 400;
/** Nodes visited in all before a search for one kind of cycle leaves it at what it has. */
const VISITS = 50e6;

/**
 * The cycles that are anomalies, the shortest of each name that is found. A name with `-process` or `-realtime` is
 * looked for only when there is none without: it would say less.
 */
export function anomalousCycles(
  graph: Graph,
  respected: { readonly process: boolean; readonly realtime: boolean },
  patience: Patience,
): readonly Cycle[] {
  const all = WW | WR | RW | (respected.process ? PROCESS : 0) | (respected.realtime ? REALTIME : 0);
  const whole = componentsOf(graph, all);
  if (whole.count === 0) return [];
  // Cycles lie within components: all the rest is left out before looking closer.
  const { inner, original } = within(graph, whole);

  const found = new Map<CycleName, Cycle>();
  const variants = [
    { suffix: '', kinds: 0 },
    ...(respected.process ? [{ suffix: '-process', kinds: PROCESS }] : []),
    ...(respected.realtime ? [{ suffix: '-realtime', kinds: PROCESS | REALTIME }] : []),
  ] as const;
  for (const { suffix, kinds } of variants) {
    for (const [name, search] of SEARCHES) {
      if (found.has(name)) continue;
      // What is forbidden to fewer is worse, and says it all.
      if (WORSE[name].some((worse) => found.has(worse))) continue;
      const edges = search(inner, patience, kinds);
      if (edges === undefined) continue;
      found.set(name, { name: `${name}${suffix}` as AnomalyName, edges: edges.map((edge) => original[edge]!) });
    }
  }
  return [...found.values()];
}

const WORSE: Readonly<Record<CycleName, readonly CycleName[]>> = {
  G0: [],
  G1c: [],
  'G-single': [],
  'G-nonadjacent': ['G-single'],
  G2: ['G-single', 'G-nonadjacent'],
};

const SEARCHES: readonly (readonly [
  CycleName,
  (graph: Graph, patience: Patience, more: number) => readonly number[] | undefined,
])[] = [
  ['G0', (graph, patience, more) => shortestThrough(graph, patience, WW, WW | more)],
  ['G1c', (graph, patience, more) => shortestThrough(graph, patience, WR, WW | WR | more)],
  ['G-single', (graph, patience, more) => shortestThrough(graph, patience, RW, WW | WR | more, WW | WR | RW | more)],
  ['G-nonadjacent', nonadjacent],
  ['G2', (graph, patience, more) => shortestThrough(graph, patience, RW, WW | WR | RW | more)],
];

/**
 * The shortest cycle of an edge of one kind and a way back over edges of other kinds. `together` holds both, and tells
 * which edges need not be tried.
 */
export function shortestThrough(
  graph: Graph,
  patience: Patience,
  kind: number,
  back: number,
  together = back,
): readonly number[] | undefined {
  const components = componentsOf(graph, together);
  const { list } = graph;
  const search = searcherOf(graph);
  let best: readonly number[] | undefined;
  let tried = 0;
  for (let edge = 0; edge < list.length && (tried < TRIED || best === undefined); edge += 1) {
    if (search.visits() > VISITS) break;
    if ((list.kind[edge]! & kind) === 0) continue;
    const component = components.of[list.from[edge]!]!;
    if (component === -1 || component !== components.of[list.to[edge]!]) continue;
    if (patience.isOver()) break;
    tried += 1;
    const way = search.way(list.to[edge]!, list.from[edge]!, back, (best?.length ?? Number.POSITIVE_INFINITY) - 1);
    if (way !== undefined) best = [edge, ...way];
  }
  return best;
}

/** Breadth first from one node to another, over edges of these kinds; undefined when there is no way below a length. */
function searcherOf({ nodes, list, start, edges }: Graph) {
  const cameBy = new Int32Array(nodes);
  const seen = new Int32Array(nodes).fill(-1);
  const queue = new Int32Array(nodes);
  let round = 0;
  let visits = 0;

  const way = (from: number, to: number, kinds: number, below: number): readonly number[] | undefined => {
    round += 1;
    seen[from] = round;
    queue[0] = from;
    let head = 0;
    let tail = 1;
    while (head < tail) {
      const node = queue[head]!;
      head += 1;
      visits += 1;
      for (let at = start[node]!; at < start[node + 1]!; at += 1) {
        const edge = edges[at]!;
        if ((list.kind[edge]! & kinds) === 0) continue;
        const next = list.to[edge]!;
        if (seen[next] === round) continue;
        seen[next] = round;
        cameBy[next] = edge;
        if (next !== to) {
          queue[tail] = next;
          tail += 1;
          continue;
        }
        const path: number[] = [];
        for (let back = to; back !== from; back = list.from[path[path.length - 1]!]!) path.push(cameBy[back]!);
        return path.length < below ? path.reverse() : undefined;
      }
    }
    return undefined;
  };
  return { way, visits: () => visits };
}

/** A cycle with two or more anti-dependencies, no two of them side by side: what snapshot isolation rules out. */
function nonadjacent(graph: Graph, patience: Patience, more: number): readonly number[] | undefined {
  // Each node twice: as come to by an anti-dependency, and as come to by anything else.
  const doubled = new EdgeList();
  const source: number[] = [];
  const { list } = graph;
  for (let edge = 0; edge < list.length; edge += 1) {
    const from = list.from[edge]! * 2;
    const to = list.to[edge]! * 2;
    const kind = list.kind[edge]!;
    if (kind === RW) {
      doubled.add(from, to + 1, RW, -1);
      source.push(edge);
    } else if ((kind & (WW | WR | more)) !== 0) {
      doubled.add(from, to, WW, -1);
      doubled.add(from + 1, to, WW, -1);
      source.push(edge, edge);
    }
  }
  const cycle = shortestThrough(graphOf(doubled, graph.nodes * 2), patience, RW, RW | WW);
  return cycle?.map((edge) => source[edge]!);
}

/** The graph of the nodes that lie in components, and for each of its edges the one it was. */
function within(
  { nodes, list }: Graph,
  components: Components,
): { readonly inner: Graph; readonly original: readonly number[] } {
  const number = new Int32Array(nodes).fill(-1);
  let count = 0;
  for (let node = 0; node < nodes; node += 1) {
    if (components.of[node] === -1) continue;
    number[node] = count;
    count += 1;
  }
  const kept = new EdgeList();
  const original: number[] = [];
  for (let edge = 0; edge < list.length; edge += 1) {
    const from = list.from[edge]!;
    const to = list.to[edge]!;
    if (components.of[from] === -1 || components.of[from] !== components.of[to]) continue;
    kept.add(number[from]!, number[to]!, list.kind[edge]!, list.about[edge]!);
    original.push(edge);
  }
  return { inner: graphOf(kept, count), original };
}
