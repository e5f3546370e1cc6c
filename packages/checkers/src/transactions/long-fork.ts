import type { Checker } from '../checker.ts';
import { linesOf } from '../history/operations.ts';
import { keyOf, type ValueKey } from '../history/value-key.ts';
import { fail, inconclusive, pass } from '../verdict.ts';
import { type Transaction, transactionsOf } from './transaction.ts';

type Name = ValueKey;

/**
 * No two readers disagree on which of two writes came first: of any two reads, the keys that one saw written include
 * those that the other saw. Each key is written once; operations `txn` with steps `["w", key, value]`, `["r", key, value]`.
 */
export function longFork(): Checker {
  return {
    name: 'long-fork',

    check(history) {
      const { kept } = transactionsOf(history);
      const readers = kept
        .filter(({ operation, steps }) => operation.outcome === 'ok' && steps.filter(([f]) => f === 'r').length > 1)
        .map((transaction) => ({ transaction, ...sights(transaction) }));
      if (readers.length === 0) return inconclusive('no transaction read two keys');

      // Readers of the same keys form a chain, or two neighbours in it by size disagree.
      const groups = new Map<string, typeof readers>();
      for (const reader of readers) {
        const group = groups.get(reader.keys);
        if (group === undefined) groups.set(reader.keys, [reader]);
        else group.push(reader);
      }
      for (const group of groups.values()) {
        group.sort((one, other) => one.seen.size - other.seen.size);
        for (let at = 1; at < group.length; at += 1) {
          const fewer = group[at - 1]!;
          const more = group[at]!;
          const missed = [...fewer.seen].find((key) => !more.seen.has(key));
          if (missed === undefined) continue;
          const other = [...more.seen].find((key) => !fewer.seen.has(key));
          if (other === undefined) continue;
          return fail(
            `one reader saw ${JSON.stringify(missed)} written and not ${JSON.stringify(other)}, another the reverse`,
            [...linesOf(fewer.transaction.operation), ...linesOf(more.transaction.operation)],
          );
        }
      }
      return pass([{ reads: readers.length, groups: groups.size }]);
    },
  };
}

function sights({ steps }: Transaction): { readonly keys: string; readonly seen: ReadonlySet<Name> } {
  const reads = steps.filter(([f]) => f === 'r');
  const keys = reads.map(([, key]) => JSON.stringify(key)).sort();
  return {
    keys: keys.join(' '),
    seen: new Set(reads.filter(([, , value]) => value !== null).map(([, key]) => keyOf(key))),
  };
}
