import type { Json } from '../../history/history.ts';
import { growingSet } from '../exact/growing-set.ts';
import { singleElement } from '../exact/single-element.ts';
import type { Model } from './model.ts';

/**
 * A set with `add` and `remove` of an element and `read` of the whole; a set for each key. Where elements are only
 * added, each once, no search is needed.
 */
export function set(): Model<readonly string[]> {
  return {
    name: 'set',
    init: () => [],
    identity: (state) => state.join('\n'),
    step(state, { f, value, result }) {
      if (f === 'read')
        return result === undefined || sorted(result).join('\n') === state.join('\n') ? state : undefined;
      const element = JSON.stringify(value);
      const has = state.includes(element);
      if (f === 'add') return has ? state : [...state, element].sort();
      return has ? state.filter((other) => other !== element) : state;
    },
    role: ({ f }) => (f === 'read' ? 'observes' : 'changes'),
    callOf({ f, value, result, outcome }) {
      if (outcome === 'fail' || (f !== 'read' && f !== 'add' && f !== 'remove')) return undefined;
      return { f, value: f === 'read' ? null : value, result: f === 'read' ? result : undefined };
    },
    decide: growingSet,
    describe: ({ f, value, result }) =>
      f === 'read' ? `read ${JSON.stringify(result)}` : `${f} ${JSON.stringify(value)}`,
  };
}

/**
 * A set with `add`, `remove` and `contains` (answers true or false), never read whole. Elements share nothing, so each
 * is judged apart, which makes any number of them cheap.
 */
export function elements(): Model<boolean> {
  return {
    name: 'elements',
    init: () => false,
    identity: (state) => (state ? 1 : 0),
    partition: ({ key, value }) => {
      if (key !== undefined) return JSON.stringify([key, value]);
      return typeof value === 'number' ? String(value) : JSON.stringify(value);
    },
    step(state, { f, result }) {
      if (f === 'contains') return result === state ? state : undefined;
      return f === 'add';
    },
    role: ({ f }) => (f === 'contains' ? 'observes' : 'overwrites'),
    callOf(operation) {
      const { f, result, outcome } = operation;
      if (outcome === 'fail') return undefined;
      // An operation is a call already: no need to copy what may be millions.
      if (f === 'add' || f === 'remove') return operation;
      return f === 'contains' && typeof result === 'boolean' ? operation : undefined;
    },
    states: () => [true, false],
    decide: singleElement,
    describe: ({ f, value, result }) =>
      f === 'contains' ? `contains ${JSON.stringify(value)}: ${result}` : `${f} ${JSON.stringify(value)}`,
  };
}

const sorted = (elementsRead: Json): readonly string[] =>
  Array.isArray(elementsRead)
    ? elementsRead.map((element) => JSON.stringify(element)).sort()
    : [JSON.stringify(elementsRead)];
