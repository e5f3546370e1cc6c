import type { Checker } from '../checker.ts';
import { linesOf, type Operation, operations } from '../history/operations.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

/** No identifier is given out twice: the answers of `generate` all differ. */
export function uniqueIdentifiers(): Checker {
  return {
    name: 'unique-identifiers',

    check(history) {
      const given = new Map<string, Operation>();
      for (const operation of operations(history)) {
        if (operation.f !== 'generate' || operation.outcome !== 'ok') continue;
        const name = JSON.stringify(operation.result);
        const before = given.get(name);
        if (before !== undefined)
          return fail(`${name} was given out twice`, [...linesOf(before), ...linesOf(operation)]);
        given.set(name, operation);
      }
      return given.size > 0 ? pass([{ identifiers: given.size }]) : inconclusive('no identifier was given out');
    },
  };
}
