import { componentsOf, EdgeList, type Graph, graphOf, PROCESS, REALTIME, RW, WR, WW } from './graph.ts';
import { addProcessOrder, addRealtimeOrder } from './orders.ts';
import type { Patience } from './patience.ts';
import { Reachability } from './reachability.ts';
import type { KeyVersions, RegisterVersions, Version } from './register-versions.ts';
import type { Transaction } from './transaction.ts';

export interface Saturated {
  readonly graph: Graph;
  readonly isAcyclic: boolean;
  /** Pairs of versions whose order nothing forces, and some that were not looked at for want of time. */
  readonly undecided: number;
}

export interface Orders {
  readonly process: boolean;
  readonly realtime: boolean;
}

/** Nodes visited in all before what is left is given up as undecided. */
const VISITS = 150e6;
/** Nodes visited before it is given up to guess what nothing forces. */
const GUESS_VISITS = 60e6;
/** How many of the latest guesses are tried the other way round after a contradiction. */
const TURNED = 60;
/** Without real time, versions of a key that were written further apart than this are not compared. */
const REACH = 300;

type Pair = readonly [Version, Version];

/**
 * Every dependency that the reads force on registers with unique values. Of two versions of a key one came first; when
 * one side would close a cycle, the other is forced, and with it that the readers of the first came before the writer
 * of the second. Repeated until nothing more is forced: the pruning of Huang et al., "PolySI" (2023).
 */
export function saturate(
  kept: readonly Transaction[],
  versions: RegisterVersions,
  orders: Orders,
  patience: Patience,
): Saturated {
  const known = new Known(kept, orders, patience);
  let open: Pair[] = [];
  let unseen = 0;
  for (const version of versions.all) {
    if (version.writer !== -1)
      for (const reader of version.readers) known.add(version.writer, reader, WR, version.number);
    for (const over of version.overwriters) known.order(version, over);
  }
  for (const key of versions.keys) {
    if (patience.isOver()) {
      unseen += 1;
      continue;
    }
    const order = (first: Version, second: Version) => known.order(first, second);
    const pairs = orders.realtime ? orderInTime(key, kept, order) : pairsOf(key, order);
    unseen += pairs.left;
    for (const pair of pairs.open) open.push(pair);
  }

  let isAcyclic = !known.hasCycle();
  for (let changed = true; changed && isAcyclic && open.length > 0 && known.visits < VISITS && !patience.isOver(); ) {
    const before = open.length;
    open = open.filter((pair) => known.visits >= VISITS || patience.isOver() || known.force(pair) === 'open');
    changed = open.length < before;
    isAcyclic = !changed || !known.hasCycle();
  }
  const isSettled = isAcyclic && unseen === 0 && known.canBe(open);
  return { graph: known.graph(), isAcyclic, undecided: isSettled ? 0 : open.length + unseen };
}

/** An order that nothing forced: of which pair, and how many edges there were before. */
interface Guess {
  readonly at: number;
  readonly edges: number;
}

/** What is known of the order of transactions so far. */
class Known {
  readonly #kept: readonly Transaction[];
  readonly #edges = new EdgeList();
  readonly #nodes: number;
  readonly #reachability: Reachability;
  readonly #patience: Patience;
  #mayVisit = 0;

  constructor(kept: readonly Transaction[], orders: Orders, patience: Patience) {
    this.#kept = kept;
    this.#patience = patience;
    if (orders.process) addProcessOrder(this.#edges, kept);
    this.#nodes = orders.realtime ? addRealtimeOrder(this.#edges, kept) : kept.length;
    this.#reachability = new Reachability(this.#edges, this.#nodes, kept, orders.realtime);
  }

  get visits(): number {
    return this.#reachability.visits;
  }

  graph(): Graph {
    return graphOf(this.#edges, this.#nodes);
  }

  hasCycle(): boolean {
    return componentsOf(this.graph(), WW | WR | RW | PROCESS | REALTIME).count > 0;
  }

  add(from: number, to: number, kind: number, about: number): void {
    this.#edges.add(from, to, kind, about);
    this.#reachability.catchUp();
  }

  /** One version came before another: so did its readers before the writer of the other. */
  order(first: Version, second: Version): void {
    if (first.writer !== -1) this.add(first.writer, second.writer, WW, second.number);
    for (const reader of first.readers) this.add(reader, second.writer, RW, second.number);
  }

  /** Takes notice of the order of two versions where what is known forces it. */
  force([one, other]: Pair): 'open' | 'forced' | 'contradicted' {
    const isFirst = this.#comesFirst(one, other);
    const isSecond = this.#comesFirst(other, one);
    if (isFirst) this.order(one, other);
    if (isSecond) this.order(other, one);
    if (isFirst && isSecond) return 'contradicted';
    return isFirst || isSecond ? 'forced' : 'open';
  }

  /**
   * Whether the open pairs can be ordered without a contradiction, which proves that all is well: each in its turn as
   * it is forced, else by a guess. After a contradiction one of the latest guesses is turned round, whichever leads
   * past it. What was guessed is forgotten in the end.
   */
  canBe(open: readonly Pair[]): boolean {
    const start = this.#edges.length;
    this.#mayVisit = this.visits + GUESS_VISITS;
    const middle = ({ writer }: Version) => {
      const { invokedAt, completedAt } = this.#kept[writer]!.operation;
      return invokedAt + completedAt;
    };
    const likely = open.map(([one, other]): Pair => (middle(one) <= middle(other) ? [one, other] : [other, one]));
    likely.sort((a, b) => (middle(a[0]) < middle(b[0]) ? -1 : 1));

    const turned = new Set<number>();
    const guesses: Guess[] = [];
    let stuckAt = this.#decide(likely, 0, likely.length, guesses, turned);
    while (stuckAt !== -1) {
      const latest = guesses.slice(-TURNED).reverse();
      const isPast = latest.some(({ at, edges }) => {
        if (turned.has(at) || this.visits > this.#mayVisit || this.#patience.isOver()) return false;
        while (guesses.length > 0 && guesses[guesses.length - 1]!.at >= at) guesses.pop();
        this.#reachability.cutTo(edges);
        turned.add(at);
        if (this.#decide(likely, at, stuckAt + 1, guesses, turned) === -1) return true;
        turned.delete(at);
        return false;
      });
      if (!isPast) break;
      stuckAt = this.#decide(likely, stuckAt + 1, likely.length, guesses, turned);
    }
    this.#reachability.cutTo(start);
    return stuckAt === -1;
  }

  /** Decides pairs up to one of them; returns the first that is contradicted, −1 when none is. */
  #decide(pairs: readonly Pair[], from: number, to: number, guesses: Guess[], turned: ReadonlySet<number>): number {
    for (let at = from; at < to; at += 1) {
      if (this.visits > this.#mayVisit || this.#patience.isOver()) return at;
      const edges = this.#edges.length;
      const outcome = this.force(pairs[at]!);
      if (outcome === 'contradicted') return at;
      if (outcome === 'forced') continue;
      const [one, other] = pairs[at]!;
      guesses.push({ at, edges });
      if (turned.has(at)) this.order(other, one);
      else this.order(one, other);
    }
    return -1;
  }

  #comesFirst(first: Version, second: Version): boolean {
    return this.#reachability.reaches(first.writer, second.writer, second.readers);
  }
}

interface Pairs {
  readonly open: readonly Pair[];
  /** Pairs that were left out. */
  readonly left: number;
}

/** The order of two versions that nobody read makes no difference. */
const matters = (one: Version, other: Version): boolean => one.readers.length > 0 || other.readers.length > 0;

function pairsOf({ versions }: KeyVersions, order: (first: Version, second: Version) => void): Pairs {
  const [initial, ...written] = versions;
  const open: Pair[] = [];
  let left = 0;
  for (let at = 0; at < written.length; at += 1) {
    if (initial!.readers.length > 0) order(initial!, written[at]!);
    for (let next = at + 1; next < written.length; next += 1) {
      if (!matters(written[at]!, written[next]!)) continue;
      if (next - at > REACH) left += 1;
      else open.push([written[at]!, written[next]!]);
    }
  }
  return { open, left };
}

/** Orders versions whose writers did not overlap, by as few edges as say it all, and returns the pairs that did. */
function orderInTime(
  { versions }: KeyVersions,
  kept: readonly Transaction[],
  order: (first: Version, second: Version) => void,
): Pairs {
  const [initial, ...written] = versions;
  const begin = ({ writer }: Version) => kept[writer]!.operation.invokedAt;
  const end = ({ writer }: Version) => kept[writer]!.operation.completedAt;
  const open: Pair[] = [];

  /** The next ones: those that began before any other that follows had ended. */
  const orderNext = (version: Version, from: number, after: number) => {
    let firstEnd = Number.POSITIVE_INFINITY;
    for (let next = from; next < written.length; next += 1) {
      const other = written[next]!;
      if (begin(other) > firstEnd) break;
      if (begin(other) < after) {
        if (matters(version, other)) open.push([version, other]);
        continue;
      }
      order(version, other);
      firstEnd = Math.min(firstEnd, end(other));
    }
  };

  orderNext(initial!, 0, -1);
  written.forEach((version, at) => {
    orderNext(version, at + 1, end(version));
  });
  return { open, left: 0 };
}
