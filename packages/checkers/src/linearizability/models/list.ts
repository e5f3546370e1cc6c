import type { Json } from '../../history/history.ts';
import { growingList } from '../exact/growing-list.ts';
import type { Model } from './model.ts';

/** A list with `append` of an element and `read` of the whole; a list for each key. */
export function list(): Model<readonly Json[]> {
  return {
    name: 'list',
    init: () => [],
    identity: (state) => JSON.stringify(state),
    step(state, { f, value, result }) {
      if (f === 'append') return [...state, value];
      return result === undefined || JSON.stringify(result ?? []) === JSON.stringify(state) ? state : undefined;
    },
    role: ({ f }) => (f === 'read' ? 'observes' : 'changes'),
    callOf({ f, value, result, outcome }) {
      if (outcome === 'fail' || (f !== 'read' && f !== 'append')) return undefined;
      return { f, value, result: f === 'read' ? result : undefined };
    },
    decide: growingList,
    describe: ({ f, value, result }) =>
      f === 'read' ? `read ${JSON.stringify(result)}` : `append ${JSON.stringify(value)}`,
  };
}
