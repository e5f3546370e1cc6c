import { distinctPriority } from '../exact/distinct-priority.ts';
import type { Model } from './model.ts';
import { items } from './queue.ts';

/** The least number first: `insert` of a number, `poll` that answers a number, or null when it found none. */
export function priorityQueue(): Model<readonly string[]> {
  return {
    ...items('insert', 'poll'),
    name: 'priority-queue',
    step(state, { f, value, result }) {
      if (f === 'insert') return [...state, JSON.stringify(value)].sort((one, other) => Number(one) - Number(other));
      const [least, ...rest] = state;
      if (least === undefined) return result === undefined || result === null ? state : undefined;
      return result === undefined || JSON.stringify(result) === least ? rest : undefined;
    },
    decide: distinctPriority,
  };
}
