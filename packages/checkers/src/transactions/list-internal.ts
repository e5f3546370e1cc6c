import type { Json } from '../history/history.ts';
import { keyOf, type ValueKey } from '../history/value-key.ts';
import type { Anomaly } from './anomaly.ts';
import { listOf, type Transaction } from './transaction.ts';

/** Transactions that contradict themselves: a list read must be what was read before, and what was appended since. */
export function internalAnomalies(kept: readonly Transaction[]): readonly Anomaly[] {
  const found: Anomaly[] = [];
  for (const { operation, steps } of kept) {
    if (operation.outcome !== 'ok' || steps.length < 2) continue;
    const known = new Map<ValueKey, { whole: readonly Json[] | undefined; tail: Json[] }>();
    for (const [f, key, value] of steps) {
      const name = keyOf(key);
      const before = known.get(name);
      if (f !== 'r') {
        if (before === undefined) known.set(name, { whole: undefined, tail: [value] });
        else before.tail.push(value);
        continue;
      }
      const elements = listOf(value);
      if (before !== undefined && !agrees(elements, before.whole, before.tail)) {
        found.push({
          name: 'internal',
          why: `internal: a transaction read ${JSON.stringify(value)} of ${JSON.stringify(key)}, which its own steps before contradict`,
          operations: [operation],
        });
        break;
      }
      known.set(name, { whole: elements, tail: [] });
    }
  }
  return found;
}

function agrees(elements: readonly Json[], whole: readonly Json[] | undefined, tail: readonly Json[]): boolean {
  if (whole !== undefined) return JSON.stringify(elements) === JSON.stringify([...whole, ...tail]);
  const end = elements.slice(Math.max(0, elements.length - tail.length));
  return JSON.stringify(end) === JSON.stringify(tail);
}
