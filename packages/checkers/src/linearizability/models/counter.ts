import type { Json } from '../../history/history.ts';
import { unitCounter } from '../exact/unit-counter.ts';
import type { Call, Model } from './model.ts';

export interface CounterOptions {
  /** 0 by default. */
  readonly initial?: number;
}

/** A number with `add` (of any whole number) and `read`; a counter for each key. */
export function counter({ initial = 0 }: CounterOptions = {}): Model<number> {
  return {
    name: 'counter',
    init: () => initial,
    identity: (state) => state,
    step(state, { f, value, result }) {
      if (f === 'read') return result === undefined || result === state ? state : undefined;
      const delta = deltaOf(f, value);
      return delta === undefined ? undefined : state + delta;
    },
    role: ({ f, value }) => (f === 'read' || deltaOf(f, value) === 0 ? 'observes' : 'changes'),
    callOf({ f, value, result, outcome }) {
      if (outcome === 'fail' || (f !== 'read' && deltaOf(f, value) === undefined)) return undefined;
      return { f, value, result: f === 'read' ? result : undefined };
    },
    states: (_, part) => part && countsBefore(part),
    decide: (operations, calls) =>
      unitCounter(operations, calls, initial, ({ f, value }) => (f === 'read' ? undefined : deltaOf(f, value)!)),
    describe: ({ f, value, result }) =>
      f === 'read' ? `read ${JSON.stringify(result)}` : `${f} ${JSON.stringify(value)}`,
  };
}

function deltaOf(f: string, value: Json): number | undefined {
  const size = typeof value === 'number' ? value : value === null ? 1 : undefined;
  if (size === undefined) return undefined;
  if (f === 'add' || f === 'increment') return size;
  return f === 'decrement' ? -size : undefined;
}

/** More than anybody wants to try one by one. */
const MANY = 1000;

/** What a counter may have been at before some calls: each read among them leaves only so much for it. */
function countsBefore(part: readonly Call[]): readonly number[] | undefined {
  const deltas = part.map(({ f, value }) => (f === 'read' ? 0 : deltaOf(f, value)!));
  const up = deltas.reduce((sum, delta) => sum + Math.max(0, delta), 0);
  const down = deltas.reduce((sum, delta) => sum + Math.min(0, delta), 0);
  const reads = part.flatMap(({ f, result }) => (f === 'read' && typeof result === 'number' ? [result] : []));

  if (reads.length === 0) return undefined;
  const least = reads.reduce((found, read) => Math.max(found, read - up), Number.NEGATIVE_INFINITY);
  const most = reads.reduce((found, read) => Math.min(found, read - down), Number.POSITIVE_INFINITY);
  return Array.from({ length: Math.min(MANY, Math.max(0, most - least + 1)) }, (_, more) => least + more);
}
