import type { Checker } from '../checker.ts';
import type { Json } from '../history/history.ts';
import { keyOf, type ValueKey } from '../history/value-key.ts';
import type { Budget } from '../linearizability/budget.ts';
import { inconclusive } from '../verdict.ts';
import { type Anomaly, anomalyOf, judged } from './anomaly.ts';
import { anomalousCycles } from './cycles.ts';
import { EdgeList, graphOf, RW, WR, WW } from './graph.ts';
import { type Level, respects } from './levels.ts';
import { internalAnomalies } from './list-internal.ts';
import { type Append, type Key, type Keys, listVersions, withoutOwn } from './list-versions.ts';
import { addProcessOrder, addRealtimeOrder } from './orders.ts';
import { patienceOf } from './patience.ts';
import { strayOf, type Transaction, transactionsOf } from './transaction.ts';
import { weakAnomalies } from './weak-levels.ts';

export interface TransactionOptions {
  /** What the system promises; `strict-serializable` by default. */
  readonly level?: Level;
  /** Without one, a check goes on until it is done. */
  readonly budget?: Budget;
}

/**
 * Transactions that append unique elements to lists and read whole lists: operations `txn` with steps
 * `["append", key, element]` and `["r", key, elements]`. A read shows the order of all versions before it, so that
 * dependencies are known and anomalies are cycles: Kingsbury and Alvaro, "Elle" (2020).
 */
export function listAppend({ level = 'strict-serializable', budget }: TransactionOptions = {}): Checker {
  return {
    name: 'list-append',

    check(history) {
      const patience = patienceOf(budget);
      const transactions = transactionsOf(history);
      const stray = strayOf(transactions, 'w', 'rw-register');
      if (stray !== undefined) return inconclusive(stray);
      const { kept, aborted } = transactions;
      const committed = kept.filter(({ operation }) => operation.outcome === 'ok').length;
      const found: Anomaly[] = [...internalAnomalies(kept)];
      const keys = keysOf(kept, aborted, found);
      const giveUp = () => judged('list-append', level, committed, found, patience.reason());
      if (patience.isOver()) return giveUp();
      findLongest(keys, kept, found);

      const edges = new EdgeList();
      const names = addVersions(keys, kept, edges, found);
      if (patience.isOver()) return giveUp();
      addReads(keys, kept, aborted, edges, found);
      if (patience.isOver()) return giveUp();
      const orders = respects(level);
      addProcessOrder(edges, kept);
      const nodes = orders.realtime ? addRealtimeOrder(edges, kept) : kept.length;

      const cycles = anomalousCycles(graphOf(edges, nodes), orders, patience);
      found.push(...cycles.map((cycle) => anomalyOf(cycle, edges, kept, names)));
      // What breaks a weak level breaks a stronger one too, so that there is nothing to look for where nothing was found.
      if (found.length > 0 && !patience.isOver())
        found.push(...weakAnomalies(kept, listVersions(keys, kept), patience, edges));
      return giveUp();
    },
  };
}

function entryOf(keys: Keys, key: Json): Key {
  const name = keyOf(key);
  let known = keys.get(name);
  if (known === undefined) {
    known = { key, appends: new Map(), longest: [], longestNode: -1, unseen: [] };
    keys.set(name, known);
  }
  return known;
}

function keysOf(kept: readonly Transaction[], aborted: readonly Transaction[], found: Anomaly[]): Keys {
  const keys: Keys = new Map();
  const collect = ({ steps, operation }: Transaction, node: number) => {
    const lastOf = new Map<Key, Append>();
    for (const [f, keyName, element] of steps) {
      if (f === 'r') continue;
      const key = entryOf(keys, keyName);
      const name = keyOf(element);
      const append: Append = { element, node, isFinal: true, version: -1, isSeen: false };
      const earlier = lastOf.get(key);
      if (earlier !== undefined) earlier.isFinal = false;
      lastOf.set(key, append);
      const other = key.appends.get(name);
      if (other !== undefined && other.node !== -1 && node !== -1) {
        found.push({
          name: 'duplicate-elements',
          why: `${JSON.stringify(element)} was appended twice to ${JSON.stringify(keyName)}: elements must be unique to be told apart`,
          operations: [kept[other.node]!.operation, operation],
        });
      }
      if (other === undefined || other.node === -1) key.appends.set(name, append);
    }
  };
  kept.forEach(collect);
  for (const transaction of aborted) collect(transaction, -1);
  return keys;
}

function findLongest(keys: Keys, kept: readonly Transaction[], found: Anomaly[]): void {
  kept.forEach(({ steps, operation }, node) => {
    if (operation.outcome !== 'ok') return;
    const own = new Map<Json, number>();
    for (const [f, keyName, value] of steps) {
      if (f !== 'r') {
        own.set(keyName, (own.get(keyName) ?? 0) + 1);
        continue;
      }
      const elements = withoutOwn(value, own.get(keyName));
      const key = entryOf(keys, keyName);
      if (elements.length > key.longest.length) {
        key.longest = elements;
        key.longestNode = node;
      }
    }
  });

  for (const key of keys.values()) {
    const seen = new Set<ValueKey>();
    for (const element of key.longest) seen.add(keyOf(element));
    if (seen.size === key.longest.length) continue;
    found.push({
      name: 'duplicate-elements',
      why: `a read of ${JSON.stringify(key.key)} saw an element twice`,
      operations: [kept[key.longestNode]!.operation],
    });
  }
}

/** Numbers the versions that were seen, and orders their writers. */
function addVersions(keys: Keys, kept: readonly Transaction[], edges: EdgeList, found: Anomaly[]) {
  const keyOfVersion: Json[] = [];
  const valueOfVersion: Json[] = [];
  const lastWriter = new Map<Key, number>();
  // One of unknown outcome committed if any of it was seen.
  const happened = new Set<number>();
  for (const key of keys.values()) {
    let before = -1;
    for (const element of key.longest) {
      const version = keyOfVersion.length;
      keyOfVersion.push(key.key);
      valueOfVersion.push(element);
      const append = key.appends.get(keyOf(element));
      if (append === undefined) {
        found.push({
          name: 'unwritten-read',
          why: `a read of ${JSON.stringify(key.key)} saw ${JSON.stringify(element)}, which nobody appended`,
          operations: [kept[key.longestNode]!.operation],
        });
        before = -1;
        continue;
      }
      append.version = version;
      append.isSeen = true;
      if (append.node === -1) continue;
      happened.add(append.node);
      if (before !== -1) edges.add(before, append.node, WW, version);
      before = append.node;
    }
    lastWriter.set(key, before);
  }

  // What committed and was not seen by the longest read came after all that it saw.
  for (const key of keys.values()) {
    const before = lastWriter.get(key)!;
    key.unseen = unseenOf(key, kept, happened);
    for (const append of key.unseen) {
      const version = keyOfVersion.length;
      keyOfVersion.push(key.key);
      valueOfVersion.push(append.element);
      append.version = version;
      if (before !== -1) edges.add(before, append.node, WW, version);
      if (key.longestNode !== -1) edges.add(key.longestNode, append.node, RW, version);
    }
  }
  return {
    key: (version: number): Json => keyOfVersion[version] ?? null,
    value: (version: number): Json => valueOfVersion[version] ?? null,
  };
}

/** Orders readers after the writers of what they saw, and before the writers of what they did not see. */
function addReads(
  keys: Keys,
  kept: readonly Transaction[],
  aborted: readonly Transaction[],
  edges: EdgeList,
  found: Anomaly[],
): void {
  const abortedOf = new Map<string, Transaction>();
  for (const transaction of aborted) {
    for (const [f, key, element] of transaction.steps) {
      if (f !== 'r') abortedOf.set(JSON.stringify([key, element]), transaction);
    }
  }

  kept.forEach(({ steps, operation }, node) => {
    if (operation.outcome !== 'ok') return;
    const own = new Map<Json, number>();
    for (const [f, keyName, value] of steps) {
      if (f !== 'r') {
        own.set(keyName, (own.get(keyName) ?? 0) + 1);
        continue;
      }
      const key = entryOf(keys, keyName);
      const elements = withoutOwn(value, own.get(keyName));
      const strays = firstDifference(elements, key.longest);
      if (strays !== -1) {
        found.push({
          name: 'incompatible-order',
          why: `two reads of ${JSON.stringify(keyName)} saw orders of which neither begins the other`,
          operations: [kept[key.longestNode]!.operation, operation],
        });
        continue;
      }

      const last = elements.length === 0 ? undefined : key.appends.get(keyOf(elements[elements.length - 1]!));
      for (const element of elements) {
        if (aborted.length === 0) break;
        const append = key.appends.get(keyOf(element));
        if (append === undefined || append.node !== -1) continue;
        const writer = abortedOf.get(JSON.stringify([keyName, element]))!;
        found.push({
          name: 'G1a',
          why: `G1a: a transaction read ${JSON.stringify(element)} of ${JSON.stringify(keyName)}, which was appended by one that aborted`,
          operations: [writer.operation, operation],
        });
        break;
      }
      if (last !== undefined && last.node !== -1 && last.node !== node) {
        edges.add(last.node, node, WR, last.version);
        if (!last.isFinal) {
          found.push({
            name: 'G1b',
            why: `G1b: a transaction read ${JSON.stringify(last.element)} of ${JSON.stringify(keyName)}, which its writer appended to again`,
            operations: [kept[last.node]!.operation, operation],
          });
        }
      }

      const nextElement = key.longest[elements.length];
      if (nextElement === undefined) {
        // As long as the longest: what nobody saw came after it too.
        if (node !== key.longestNode) addUnseen(key, node, edges);
        continue;
      }
      const next = key.appends.get(keyOf(nextElement));
      if (next !== undefined && next.node !== -1) edges.add(node, next.node, RW, next.version);
    }
  });
}

/** Edges to more than so many that nobody saw would add nothing that those to the first of them do not show. */
const UNSEEN = 64;

function addUnseen(key: Key, node: number, edges: EdgeList): void {
  for (const append of key.unseen) edges.add(node, append.node, RW, append.version);
}

/** Appends that committed though the longest read does not show them, those that ended first in front. */
function unseenOf(key: Key, kept: readonly Transaction[], happened: ReadonlySet<number>): readonly Append[] {
  if (key.appends.size === key.longest.length) return [];
  const endOf = ({ node }: Append) => kept[node]!.operation.completedAt;
  return [...key.appends.values()]
    .filter(({ isSeen, node }) => !isSeen && node !== -1)
    .filter(({ node }) => kept[node]!.operation.outcome === 'ok' || happened.has(node))
    .sort((one, other) => (endOf(one) < endOf(other) ? -1 : 1))
    .slice(0, UNSEEN);
}

function firstDifference(elements: readonly Json[], longest: readonly Json[]): number {
  for (let place = 0; place < elements.length; place += 1) {
    const one = elements[place]!;
    const other = longest[place];
    if (one !== other && (other === undefined || keyOf(one) !== keyOf(other))) return place;
  }
  return -1;
}
