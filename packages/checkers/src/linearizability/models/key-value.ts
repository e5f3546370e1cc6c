import type { Json } from '../../history/history.ts';
import { appendedText } from '../exact/appended-text.ts';
import type { Model } from './model.ts';
import { type RegisterOptions, register } from './register.ts';

/**
 * A store of values by key, each key judged apart: a register under each key, whose operations may also be called
 * `get`, `put` and `delete`, and which knows `append` of text to text.
 */
export function keyValue(options: RegisterOptions = {}): Model<Json> {
  const plain = register(options);
  const { parts: _, ...rest } = plain;
  const isAppend = ({ f }: { readonly f: string }) => f === 'append';

  return {
    ...rest,
    name: 'key-value',
    step: (state, call) => (isAppend(call) ? `${state ?? ''}${call.value}` : plain.step(state, call)),
    role: (call) => (isAppend(call) ? 'changes' : plain.role!(call)),
    callOf(operation) {
      if (isAppend(operation)) {
        return operation.outcome === 'fail' ? undefined : { f: 'append', value: operation.value, result: undefined };
      }
      return plain.callOf!({ ...operation, ...PLAIN.get(operation.f)?.(operation.value) });
    },
    // Values that come of appending are too many to list.
    states: (calls) => (calls.some(isAppend) ? undefined : plain.states!(calls)),
    decide: (operations, calls) =>
      calls.some(isAppend)
        ? appendedText(operations, calls, options.initial ?? null)
        : plain.decide!(operations, calls),
    describe: (call) => (isAppend(call) ? `append ${JSON.stringify(call.value)}` : plain.describe!(call)),
  };
}

/** Other names of the operations of a register. */
const PLAIN = new Map<string, (value: Json) => { readonly f: string; readonly value: Json }>([
  ['get', (value) => ({ f: 'read', value })],
  ['put', (value) => ({ f: 'write', value })],
  ['delete', () => ({ f: 'write', value: null })],
]);
