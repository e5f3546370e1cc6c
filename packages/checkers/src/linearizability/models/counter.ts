import type { Json } from '../../history/history.ts';
import { unitCounter } from '../exact/unit-counter.ts';
import type { Model } from './model.ts';

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
