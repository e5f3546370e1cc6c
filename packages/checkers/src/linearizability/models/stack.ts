import { distinctStack } from '../exact/distinct-stack.ts';
import type { Model } from './model.ts';
import { items } from './queue.ts';

/** Last in, first out: `push` of a value, `pop` that answers a value, or null when it found none. */
export function stack(): Model<readonly string[]> {
  return {
    ...items('push', 'pop'),
    name: 'stack',
    step(state, { f, value, result }) {
      if (f === 'push') return [...state, JSON.stringify(value)];
      const last = state[state.length - 1];
      if (last === undefined) return result === undefined || result === null ? state : undefined;
      return result === undefined || JSON.stringify(result) === last ? state.slice(0, -1) : undefined;
    },
    decide: distinctStack,
  };
}
