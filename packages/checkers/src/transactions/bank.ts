import type { Checker } from '../checker.ts';
import type { Json } from '../history/history.ts';
import { linesOf, operations } from '../history/operations.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

export interface BankOptions {
  /** The sum of all balances. By default what most reads say. */
  readonly total?: number;
  /** Whether a balance may be below zero; by default not. */
  readonly mayBeNegative?: boolean;
}

/**
 * Transfers only move money: every `read` of all balances (an object or list of numbers) adds up to the same sum, of
 * the same accounts, none below zero.
 */
export function bank({ total, mayBeNegative = false }: BankOptions = {}): Checker {
  return {
    name: 'bank',

    check(history) {
      const reads = operations(history)
        .filter(({ f, outcome }) => f === 'read' && outcome === 'ok')
        .map((operation) => ({ operation, balances: balancesOf(operation.result!) }));
      if (reads.length === 0) return inconclusive('no read of the balances completed');

      const expected = total ?? mostFrequent(reads.map(({ balances }) => sumOf(balances)));
      const accounts = Math.max(...reads.map(({ balances }) => balances.size));
      for (const { operation, balances } of reads) {
        const wrong = problemOf(balances, expected, accounts, mayBeNegative);
        if (wrong !== undefined) return fail(`${wrong} (process ${operation.process})`, linesOf(operation));
      }
      return pass([{ reads: reads.length, total: expected }]);
    },
  };
}

function problemOf(balances: ReadonlyMap<string, number>, expected: number, accounts: number, mayBeNegative: boolean) {
  const sum = sumOf(balances);
  if (Number.isNaN(sum)) return 'a balance is no number';
  if (balances.size < accounts) return `${accounts - balances.size} of ${accounts} accounts are missing`;
  if (sum !== expected) return `the balances add up to ${sum}, not to ${expected}`;
  const [name, balance] = [...balances].find(([, size]) => size < 0) ?? [];
  return balance === undefined || mayBeNegative ? undefined : `account ${name} holds ${balance}`;
}

function balancesOf(value: Json): ReadonlyMap<string, number> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [['', value]];
  return new Map(entries.map(([name, balance]) => [String(name), typeof balance === 'number' ? balance : Number.NaN]));
}

const sumOf = (balances: ReadonlyMap<string, number>): number =>
  [...balances.values()].reduce((sum, one) => sum + one, 0);

function mostFrequent(sums: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const sum of sums) counts.set(sum, (counts.get(sum) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
