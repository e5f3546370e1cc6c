import type { Checker } from '../checker.ts';
import type { Json } from '../history/history.ts';
import { linesOf, type Operation, operations } from '../history/operations.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

export interface SetFullOptions {
  /** Whether an element must be seen by every read that begins after its addition was acknowledged; true by default. */
  readonly linearizable?: boolean;
}

/**
 * What became of each element of a set: `add` of distinct elements, `read` of the whole. Fails on elements that were
 * lost (acknowledged or seen, and missing from every later read), on elements that nobody added or that were read
 * twice, and, where asked, on stale ones (missed by a read that began after they were there, seen again later).
 */
export function setFull({ linearizable = true }: SetFullOptions = {}): Checker {
  return {
    name: 'set-full',

    check(history) {
      const all = operations(history);
      const reads = all.filter(({ f, outcome }) => f === 'read' && outcome === 'ok');
      if (reads.length === 0) return inconclusive('no read of the set completed');
      const adds = new Map<string, Operation>();
      for (const operation of all) if (operation.f === 'add') adds.set(JSON.stringify(operation.value), operation);

      const sights = new Map<string, Operation[]>();
      const contents = new Map<Operation, ReadonlySet<string>>();
      for (const read of reads) {
        const names = elementsOf(read.result!);
        const distinct = new Set(names);
        contents.set(read, distinct);
        if (distinct.size < names.length) return fail('a read returned an element twice', linesOf(read));
        for (const name of distinct) {
          const add = adds.get(name);
          if (add === undefined) return fail(`a read returned ${name}, which nobody added`, linesOf(read));
          if (add.outcome === 'fail') {
            return fail(`a read returned ${name}, whose addition was refused`, [...linesOf(add), ...linesOf(read)]);
          }
          const seen = sights.get(name);
          if (seen === undefined) sights.set(name, [read]);
          else seen.push(read);
        }
      }

      const counts = { lost: 0, stale: 0, neverRead: 0, stable: 0 };
      for (const [name, add] of adds) {
        const seen = sights.get(name) ?? [];
        // It was surely there from the first of: its acknowledgement, the end of a read that saw it.
        const there = [
          ...(add.outcome === 'ok' ? [add.completedAt] : []),
          ...seen.map(({ completedAt }) => completedAt),
        ];
        const thereAt = there.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
        const lastSeenAt = seen.reduce((last, { invokedAt }) => Math.max(last, invokedAt), -1);
        const missing = reads.filter((read) => read.invokedAt > thereAt && !contents.get(read)!.has(name));
        const lost = missing.find((read) => read.invokedAt > lastSeenAt);
        if (lost !== undefined) return fail(`${name} was lost`, [...linesOf(add), ...linesOf(lost)]);
        if (missing.length > 0 && linearizable) {
          return fail(`${name} was missed by a read that began after it was there`, [
            ...linesOf(add),
            ...linesOf(missing[0]!),
          ]);
        }
        if (missing.length > 0) counts.stale += 1;
        else if (seen.length > 0) counts.stable += 1;
        else counts.neverRead += 1;
      }
      if (counts.stable + counts.stale === 0) return inconclusive('no element was ever read');
      return pass([counts]);
    },
  };
}

const elementsOf = (value: Json): readonly string[] =>
  Array.isArray(value) ? value.map((element) => JSON.stringify(element)) : [JSON.stringify(value)];
