import { type History, type HistoryEvent, isOperation, type OperationEvent } from '@qflow/checkers';
import type { Operation } from '@qflow/engine';
import type { Random } from '@qflow/ports';

/** A read, a write or a compare-and-set of one of three keys; values are unique. */
export function drawOperation(random: Random, count: number): Operation {
  const key = `k${random.between(0, 2)}`;
  const kind = random.unit();
  const value = `v${count}`;
  if (kind < 0.4) {
    return { kind: 'read', key };
  }
  if (kind < 0.8) {
    return { kind: 'write', key, value };
  }
  return { kind: 'compare-and-set', key, expected: count === 0 ? null : `v${random.between(0, count)}`, value };
}

/** As histories write what an operation asks for. */
export function valueIn(operation: Operation): null | string | (string | null)[] {
  if (operation.kind === 'read') {
    return null;
  }
  return operation.kind === 'write' ? operation.value : [operation.expected, operation.value];
}

/**
 * The history with every open operation ended: it may have happened. Without those that surely did not: a failed
 * compare-and-set in a history is one that found another value.
 */
export function closedHistory(
  recorded: readonly HistoryEvent[],
  dropped: ReadonlySet<number>,
  timeNs: number,
): History {
  const events: HistoryEvent[] = [];
  const open = new Map<number, OperationEvent>();
  for (const event of recorded) {
    if (isOperation(event)) {
      if (dropped.has(event.process)) {
        continue;
      }
      if (event.type === 'invoke') {
        open.set(event.process, event);
      } else {
        open.delete(event.process);
      }
    }
    events.push({ ...event, index: events.length });
  }
  for (const event of open.values()) {
    events.push({ ...event, index: events.length, type: 'info', time: timeNs });
  }
  return { events };
}
