import type { History, Json } from '../history/history.ts';
import { MalformedHistory } from '../history/malformed.ts';
import { type Operation, operations } from '../history/operations.ts';

/** One step of a transaction: what it did to a key, and the value it wrote or (null: unknown or nothing) read. */
export type Step = readonly [f: 'r' | 'w' | 'append', key: Json, value: Json];

export interface Transaction {
  readonly operation: Operation;
  readonly steps: readonly Step[];
}

export interface Transactions {
  /** Those that committed or may have, in order of invocation. What the latter read is unknown. */
  readonly kept: readonly Transaction[];
  readonly aborted: readonly Transaction[];
}

/** What to say when steps belong to another workload; undefined when there are none. */
export function strayOf({ kept }: Transactions, f: 'w' | 'append', other: string): string | undefined {
  const stray = kept.find(({ steps }) => steps.some((step) => step[0] === f));
  if (stray === undefined) return undefined;
  return `event ${stray.operation.invocation.index} holds "${f}" steps: judge the history as ${other}`;
}

/** Operations named `txn`, whose value is a list of steps. Throws `MalformedHistory`. */
export function transactionsOf(history: History): Transactions {
  const kept: Transaction[] = [];
  const aborted: Transaction[] = [];
  for (const operation of operations(history)) {
    if (operation.f !== 'txn') continue;
    const isAnswered = operation.outcome === 'ok';
    const steps = stepsOf(isAnswered ? operation.result! : operation.value, operation);
    if (operation.outcome === 'fail') aborted.push({ operation, steps });
    else kept.push({ operation, steps });
  }
  return { kept, aborted };
}

function stepsOf(value: Json, { invocation, completion }: Operation): readonly Step[] {
  if (Array.isArray(value) && value.every(isStep)) return value as unknown as readonly Step[];
  const { index } = completion ?? invocation;
  throw new MalformedHistory(index + 1, 'a txn must be a list of ["r" | "w" | "append", key, value]');
}

const isStep = (step: Json): boolean =>
  Array.isArray(step) && step.length >= 2 && (step[0] === 'r' || step[0] === 'w' || step[0] === 'append');

/** What a read of a list saw: null stands for one to which nothing was appended. */
export const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : []);
