import type { Json } from '../../history/history.ts';
import { distinctQueue } from '../exact/distinct-queue.ts';
import type { Call, Model } from './model.ts';

/** First in, first out: `enqueue` of a value, `dequeue` that answers a value, or null when it found none. */
export function queue(): Model<readonly string[]> {
  return {
    ...items('enqueue', 'dequeue'),
    name: 'queue',
    step(state, { f, value, result }) {
      if (f === 'enqueue') return [...state, JSON.stringify(value)];
      const [first, ...rest] = state;
      if (first === undefined) return result === undefined || result === null ? state : undefined;
      return result === undefined || JSON.stringify(result) === first ? rest : undefined;
    },
    decide: distinctQueue,
  };
}

/** What queues and stacks have in common: calls that put an item in, and calls that take one out. */
export function items(
  put: string,
  take: string,
): Pick<Model<readonly string[]>, 'init' | 'identity' | 'role' | 'callOf' | 'parts' | 'describe'> {
  const isEmpty = ({ f, result }: Call) => f === take && result === null;
  return {
    init: () => [],
    identity: (state) => state.join('\n'),
    role: (call) => (isEmpty(call) ? 'observes' : 'changes'),
    callOf({ f, value, result, outcome }) {
      if (outcome === 'fail') return undefined;
      if (f === put) return { f, value, result: undefined };
      return f === take ? { f, value: null, result } : undefined;
    },
    // An item that is taken for granted to be gone changes nothing for the others.
    parts: ({ f, value, result }) => {
      const item = f === put ? value : result;
      return item === undefined || item === null ? [] : [JSON.stringify(item as Json)];
    },
    describe: ({ f, value, result }) => {
      if (f === put) return `${put} ${JSON.stringify(value)}`;
      return result === undefined ? `${take} (no answer)` : `${take} ${JSON.stringify(result)}`;
    },
  };
}
