import type { Checker } from '../checker.ts';
import type { Json } from '../history/history.ts';
import { linesOf, type Operation, operations } from '../history/operations.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

export interface FencingOptions {
  /** Name of the operations that a resource accepts or refuses by token; `guarded-write` by default. */
  readonly f?: string;
}

/**
 * A resource never takes a stale holder's write: once it accepted a token, it accepts none below. Reads operations
 * whose value is `{token, …}`. Those that overlap may have been accepted in either order.
 */
export function fencing({ f = 'guarded-write' }: FencingOptions = {}): Checker {
  return {
    name: 'fencing',

    check(history) {
      const accepted = operations(history).filter((operation) => operation.f === f && operation.outcome === 'ok');
      const byEnd = [...accepted].sort((one, other) => one.completedAt - other.completedAt);
      const highest = new Map<string, Operation>();
      let ended = 0;
      for (const operation of accepted) {
        while (ended < byEnd.length && byEnd[ended]!.completedAt < operation.invokedAt) {
          const before = byEnd[ended]!;
          const known = highest.get(before.key ?? '');
          if (known === undefined || tokenOf(before.value) > tokenOf(known.value))
            highest.set(before.key ?? '', before);
          ended += 1;
        }
        const token = tokenOf(operation.value);
        if (Number.isNaN(token)) return inconclusive(`event ${operation.invocation.index} carries no token`);
        const before = highest.get(operation.key ?? '');
        if (before === undefined || tokenOf(before.value) <= token) continue;
        return fail(`a write with token ${token} was accepted after one with token ${tokenOf(before.value)}`, [
          ...linesOf(before),
          ...linesOf(operation),
        ]);
      }
      return accepted.length > 0 ? pass([{ accepted: accepted.length }]) : inconclusive(`no "${f}" was accepted`);
    },
  };
}

function tokenOf(value: Json): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return Number.NaN;
  const { token } = value as { readonly [name: string]: Json };
  return typeof token === 'number' ? token : Number.NaN;
}
