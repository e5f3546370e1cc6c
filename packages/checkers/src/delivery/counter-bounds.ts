import type { Checker } from '../checker.ts';
import type { Operation } from '../history/operations.ts';
import { linesOf, operations } from '../history/operations.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

/**
 * Every `read` of a counter lies between what must have been added before it began and what may have been added before
 * it ended, decrements (`add` of a number below zero) included. Necessary, not sufficient: for an exact answer ask
 * `linearizable` with the model `counter`, which costs more.
 */
export function counterBounds(): Checker {
  return {
    name: 'counter-bounds',

    check(history) {
      const changes = operations(history).filter(({ f, outcome, value }) => {
        return f === 'add' && outcome !== 'fail' && typeof value === 'number';
      });
      const reads = operations(history).filter(({ f, outcome }) => f === 'read' && outcome === 'ok');
      if (reads.length === 0) return inconclusive('no read of the counter completed');

      const begun = changes.map((change) => ({ at: change.invokedAt, size: change.value as number }));
      const ended = changes
        .filter(({ outcome }) => outcome === 'ok')
        .map((change) => ({ at: change.completedAt, size: change.value as number }))
        .sort((one, other) => one.at - other.at);
      const least = bounds(begun, ended, Math.min);
      const most = bounds(begun, ended, Math.max);

      for (const read of reads) {
        const low = least(read);
        const high = most(read);
        const seen = read.result as number;
        if (typeof seen === 'number' && seen >= low && seen <= high) continue;
        return fail(
          `a read returned ${JSON.stringify(read.result)}, which must be from ${low} to ${high}`,
          linesOf(read),
        );
      }
      return pass([{ reads: reads.length }]);
    },
  };
}

interface Change {
  readonly at: number;
  readonly size: number;
}

/** The sum of what surely counts, and of what may count where that makes the sum lower (or higher). */
function bounds(begun: readonly Change[], ended: readonly Change[], pick: (one: number, other: number) => number) {
  const sums = (changes: readonly Change[], of: (size: number) => number) => {
    const running = [0];
    for (const { size } of changes) running.push(running[running.length - 1]! + of(size));
    return (before: number) => running[countBefore(changes, before)]!;
  };
  const surely = sums(ended, (size) => size);
  const may = sums(begun, (size) => pick(size, 0));
  const alreadySure = sums(ended, (size) => pick(size, 0));
  return ({ invokedAt, completedAt }: Operation): number =>
    surely(invokedAt) + may(completedAt) - alreadySure(invokedAt);
}

function countBefore(changes: readonly Change[], before: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle]!.at < before) low = middle + 1;
    else high = middle;
  }
  return low;
}
