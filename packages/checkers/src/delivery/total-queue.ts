import type { Checker } from '../checker.ts';
import type { Json } from '../history/history.ts';
import { linesOf, type Operation, operations } from '../history/operations.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

export interface TotalQueueOptions {
  /** Whether an item may be handed out more than once; by default not. */
  readonly mayDuplicate?: boolean;
}

/**
 * Whatever was enqueued comes out: `enqueue` of distinct items, `dequeue` of one, `drain` of a list of what is left at
 * the end. Fails on items lost, handed out twice, or handed out though nobody put them in. Order is not judged.
 */
export function totalQueue({ mayDuplicate = false }: TotalQueueOptions = {}): Checker {
  return {
    name: 'total-queue',

    check(history) {
      const enqueued = new Map<string, Operation>();
      const handedOut = new Map<string, Operation>();
      let isDrained = false;
      let duplicates = 0;
      let mayHaveTaken = 0;

      const all = operations(history);
      for (const operation of all) {
        if (operation.f === 'enqueue') enqueued.set(JSON.stringify(operation.value), operation);
      }
      for (const operation of all) {
        const { f, outcome, result } = operation;
        if (f !== 'dequeue' && f !== 'drain') continue;
        if (outcome === 'info') mayHaveTaken += 1;
        if (outcome !== 'ok') continue;
        if (f === 'drain' || result === null) isDrained = true;
        for (const item of itemsOf(f, result!)) {
          const name = JSON.stringify(item);
          const source = enqueued.get(name);
          if (source === undefined) return fail(`${name} came out, which nobody put in`, linesOf(operation));
          if (source.outcome === 'fail') {
            return fail(`${name} came out, though it was refused`, [...linesOf(source), ...linesOf(operation)]);
          }
          const before = handedOut.get(name);
          if (before !== undefined) {
            duplicates += 1;
            if (!mayDuplicate) return fail(`${name} came out twice`, [...linesOf(before), ...linesOf(operation)]);
          }
          handedOut.set(name, operation);
        }
      }

      const missing = [...enqueued].filter(([name, { outcome }]) => outcome === 'ok' && !handedOut.has(name));
      if (isDrained && missing.length > mayHaveTaken) {
        const [[name, operation]] = missing as [[string, Operation]];
        return fail(`${missing.length} items were lost, ${name} the first`, linesOf(operation));
      }
      if (!isDrained) return inconclusive('the queue was never found empty, so that nothing shows what was lost');
      return handedOut.size > 0
        ? pass([{ enqueued: enqueued.size, handedOut: handedOut.size, duplicates }])
        : inconclusive('no item came out');
    },
  };
}

function itemsOf(f: string, result: Json): readonly Json[] {
  if (f === 'drain' && Array.isArray(result)) return result;
  return result === null ? [] : [result];
}
