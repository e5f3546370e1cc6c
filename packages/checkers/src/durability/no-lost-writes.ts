import type { Checker } from '../checker.ts';
import { byKey, linesOf, type Operation, operations } from '../history/operations.ts';
import { fail, inconclusive, pass, type Verdict } from '../verdict.ts';

/** The phase whose reads count as final: it comes after all harm is healed and all other operations are over. */
export const FINAL_READS = 'final-reads';

/**
 * Every acknowledged write is what the final reads of its key return, or a write that may follow it is.
 * Reads registers: `write` with a value, `cas` with `[old, new]`, `read`; final are those of the phase `final-reads`.
 */
export function noLostWrites(): Checker {
  return {
    name: 'no-lost-writes',

    check(history) {
      const unread: string[] = [];
      let judged = 0;

      for (const [key, ofKey] of byKey(operations(history))) {
        const acknowledged = ofKey.filter(
          (operation) => operation.outcome === 'ok' && writtenBy(operation) !== undefined,
        );
        if (acknowledged.length === 0) continue;

        const finalReads = ofKey.filter(
          ({ f, outcome, phase }) => f === 'read' && outcome === 'ok' && phase === FINAL_READS,
        );
        if (finalReads.length === 0) unread.push(key);
        for (const read of finalReads) {
          const loss = lossSeenBy(read, ofKey, acknowledged);
          if (loss !== undefined) return loss;
          judged += 1;
        }
      }

      if (unread.length > 0) {
        return inconclusive(`no final read completed for ${unread.map((key) => JSON.stringify(key)).join(', ')}`);
      }
      return judged > 0 ? pass() : inconclusive('no write was acknowledged');
    },
  };
}

function lossSeenBy(
  read: Operation,
  ofKey: readonly Operation[],
  acknowledged: readonly Operation[],
): Verdict | undefined {
  const seen = JSON.stringify(read.result);
  const mayHaveWritten = ofKey.filter(
    (operation) =>
      operation.outcome !== 'fail' &&
      operation.invokedAt < read.completedAt &&
      JSON.stringify(writtenBy(operation)) === seen,
  );
  // Whatever was invoked after all writers of the value had completed surely follows them.
  const overAt = mayHaveWritten.reduce((latest, { completedAt }) => Math.max(latest, completedAt), -1);
  const lost = acknowledged.find(({ invokedAt, completedAt }) => invokedAt > overAt && completedAt < read.invokedAt);
  if (lost === undefined) return undefined;

  const where = read.key === undefined ? '' : ` of ${JSON.stringify(read.key)}`;
  const wrote = JSON.stringify(writtenBy(lost));
  return fail(`the final read${where} returned ${seen}, but ${wrote} was acknowledged after that`, [
    ...mayHaveWritten.flatMap(linesOf),
    ...linesOf(lost),
    ...linesOf(read),
  ]);
}

/** The value that the operation leaves behind, or undefined when it writes nothing. */
function writtenBy({ f, value }: Operation) {
  if (f === 'write') return value;
  if (f === 'cas' && Array.isArray(value)) return value[1];
  return undefined;
}
