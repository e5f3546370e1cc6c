import { type EdgeList, PROCESS, REALTIME } from './graph.ts';
import type { Transaction } from './transaction.ts';

/** From each transaction of a process to its next. */
export function addProcessOrder(edges: EdgeList, kept: readonly Transaction[]): void {
  const last = new Map<number, number>();
  kept.forEach(({ operation }, node) => {
    const before = last.get(operation.process);
    if (before !== undefined) edges.add(before, node, PROCESS, -1);
    last.set(operation.process, node);
  });
}

/**
 * From each transaction to all that began after it ended, by way of further nodes that stand for moments: two edges
 * a transaction instead of one a pair. Returns the number of nodes, moments included.
 */
export function addRealtimeOrder(edges: EdgeList, kept: readonly Transaction[]): number {
  const ends = kept
    .map(({ operation }, node) => ({ node, at: operation.completedAt }))
    .filter(({ at }) => at !== Number.POSITIVE_INFINITY)
    .sort((one, other) => one.at - other.at);

  let nodes = kept.length;
  let ended = 0;
  let moment = -1;
  kept.forEach(({ operation }, node) => {
    if (ended < ends.length && ends[ended]!.at < operation.invokedAt) {
      const fresh = nodes;
      nodes += 1;
      if (moment !== -1) edges.add(moment, fresh, REALTIME, -1);
      while (ended < ends.length && ends[ended]!.at < operation.invokedAt) {
        edges.add(ends[ended]!.node, fresh, REALTIME, -1);
        ended += 1;
      }
      moment = fresh;
    }
    if (moment !== -1) edges.add(moment, node, REALTIME, -1);
  });
  return nodes;
}
