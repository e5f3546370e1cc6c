import type { Anomaly } from './anomaly.ts';
import { shortestThrough } from './cycles.ts';
import { componentsOf, EdgeList, graphOf, PROCESS, WR, WW } from './graph.ts';
import { addProcessOrder } from './orders.ts';
import type { Patience } from './patience.ts';
import type { KeyVersions, RegisterVersions } from './register-versions.ts';
import type { Transaction } from './transaction.ts';

/** Above so many entries the clocks of causality would not fit: the other levels are still told apart. */
const CLOCK_ENTRIES = 60e6;

/**
 * Anomalies of the weak levels, without any search: each level forces certain writers before others, and is violated
 * when these close a cycle. After Møldrup and Pavlogiannis, "AWDIT" (2025).
 * - read atomic: of a transaction that was read at all, no write is missed that is newer than what was read;
 * - causal: the same for all that came causally before, by reads and by the order within processes.
 * `known` holds the order of versions where that is told anyway.
 */
export function weakAnomalies(
  kept: readonly Transaction[],
  versions: RegisterVersions,
  patience: Patience,
  known = new EdgeList(),
): readonly Anomaly[] {
  const atomic = new EdgeList();
  addReads(atomic, versions);
  addKnown(atomic, known);
  versions.readsOf.forEach((read) => {
    for (const { key, writer } of read) {
      for (const other of read) {
        if (other.writer === -1 || other.writer === writer) continue;
        const missed = versions.writesOf[other.writer]!.find((write) => write.key === key);
        if (missed !== undefined && writer !== -1) atomic.add(other.writer, writer, WW, missed.number);
      }
    }
  });
  const fractured = initialMissed(kept, versions) ?? cycleOf(atomic, kept, patience);
  if (fractured !== undefined) {
    const why = 'fractured-read: a transaction saw one part of what another wrote and missed a newer part of it';
    return [{ name: 'fractured-read', why, operations: fractured }];
  }

  const causal = causalViolation(kept, versions, patience, known);
  if (causal === undefined) return [];
  const why = 'causality-violation: a transaction missed a write that came causally before it';
  return [{ name: 'causality-violation', why, operations: causal }];
}

function addReads(edges: EdgeList, { all }: RegisterVersions): void {
  for (const { writer, readers, number } of all) {
    if (writer !== -1) for (const reader of readers) edges.add(writer, reader, WR, number);
  }
}

function addKnown(edges: EdgeList, known: EdgeList): void {
  for (let edge = 0; edge < known.length; edge += 1) {
    if (known.kind[edge] === WW) edges.add(known.from[edge]!, known.to[edge]!, WW, -1);
  }
}

/** A transaction that saw a write of another and, of a key that the other wrote too, no write at all. */
function initialMissed(kept: readonly Transaction[], { readsOf, writesOf }: RegisterVersions) {
  for (const [node, read] of readsOf.entries()) {
    const missing = read.filter(({ writer }) => writer === -1);
    if (missing.length === 0) continue;
    for (const { writer } of read) {
      if (writer === -1) continue;
      const isMissed = writesOf[writer]!.some(({ key }) => missing.some((version) => version.key === key));
      if (isMissed) return [kept[writer]!.operation, kept[node]!.operation];
    }
  }
  return undefined;
}

function causalViolation(
  kept: readonly Transaction[],
  versions: RegisterVersions,
  patience: Patience,
  known: EdgeList,
) {
  const { readsOf, writesOf } = versions;
  const edges = new EdgeList();
  addReads(edges, versions);
  addKnown(edges, known);
  addProcessOrder(edges, kept);
  const graph = graphOf(edges, kept.length);
  if (componentsOf(graph, WR | WW | PROCESS).count > 0) return cycleOf(edges, kept, patience);

  const processes = [...new Set(kept.map(({ operation }) => operation.process))];
  if (processes.length * kept.length > CLOCK_ENTRIES) return undefined;
  const rowOf = new Map(processes.map((process, row) => [process, row]));
  const { clocks, turn } = clocksOf(kept, versions, rowOf);

  // Per key and process, the writers in their order: the last one within the past of a reader is what it may not miss.
  const writers = new Map<KeyVersions, Map<number, number[]>>();
  kept.forEach(({ operation }, node) => {
    for (const { key } of writesOf[node]!) {
      const ofKey = writers.get(key) ?? new Map<number, number[]>();
      writers.set(key, ofKey);
      const row = rowOf.get(operation.process)!;
      const ofRow = ofKey.get(row);
      if (ofRow === undefined) ofKey.set(row, [node]);
      else ofRow.push(node);
    }
  });

  const width = processes.length;
  for (const [node, read] of readsOf.entries()) {
    for (const { key, writer } of read) {
      for (const [row, ofRow] of writers.get(key) ?? []) {
        const seen = clocks[node * width + row]!;
        const missed = lastWithin(ofRow, turn, seen, node);
        if (missed === -1 || missed === writer) continue;
        if (writer === -1) return [kept[missed]!.operation, kept[node]!.operation];
        edges.add(missed, writer, WW, -1);
      }
    }
  }
  return cycleOf(edges, kept, patience);
}

/** For each transaction, how many of each process came causally before it, itself included. */
function clocksOf(kept: readonly Transaction[], versions: RegisterVersions, rowOf: ReadonlyMap<number, number>) {
  const width = rowOf.size;
  const clocks = new Int32Array(kept.length * width);
  const turn = new Int32Array(kept.length);
  const turns = new Int32Array(width);
  const before = new Int32Array(kept.length).fill(-1);
  const last = new Int32Array(width).fill(-1);
  kept.forEach(({ operation }, node) => {
    const row = rowOf.get(operation.process)!;
    turns[row]! += 1;
    turn[node] = turns[row]!;
    before[node] = last[row]!;
    last[row] = node;
  });

  const isDone = new Uint8Array(kept.length);
  const pending: number[] = [];
  for (let root = 0; root < kept.length; root += 1) {
    pending.push(root);
    while (pending.length > 0) {
      const node = pending[pending.length - 1]!;
      const sources = versions.readsOf[node]!.map(({ writer }) => writer).filter((writer) => writer !== -1);
      if (before[node] !== -1) sources.push(before[node]!);
      const waiting = isDone[node] === 1 ? [] : sources.filter((source) => isDone[source] === 0);
      if (waiting.length > 0) {
        pending.push(...waiting);
        continue;
      }
      pending.pop();
      if (isDone[node] === 1) continue;
      isDone[node] = 1;
      for (const source of sources) {
        for (let row = 0; row < width; row += 1) {
          const seen = clocks[source * width + row]!;
          if (seen > clocks[node * width + row]!) clocks[node * width + row] = seen;
        }
      }
      clocks[node * width + rowOf.get(kept[node]!.operation.process)!] = turn[node]!;
    }
  }
  return { clocks, turn };
}

function lastWithin(ofRow: readonly number[], turn: Int32Array, seen: number, self: number): number {
  let low = 0;
  let high = ofRow.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turn[ofRow[middle]!]! <= seen) low = middle + 1;
    else high = middle;
  }
  const found = ofRow[low - 1] ?? -1;
  return found === self ? (ofRow[low - 2] ?? -1) : found;
}

/** The transactions of a short cycle, undefined when there is none. */
function cycleOf(edges: EdgeList, kept: readonly Transaction[], patience: Patience) {
  const all = WW | WR | PROCESS;
  const graph = graphOf(edges, kept.length);
  for (const kind of [WW, WR, PROCESS]) {
    const cycle = shortestThrough(graph, patience, kind, all);
    if (cycle !== undefined) return cycle.map((edge) => kept[edges.from[edge]!]!.operation);
  }
  return undefined;
}
