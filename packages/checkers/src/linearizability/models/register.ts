import type { Json } from '../../history/history.ts';
import { registerZones } from '../exact/register-zones.ts';
import type { Call, Model } from './model.ts';

export interface RegisterOptions {
  /** What a read returns before the first write; null by default. */
  readonly initial?: Json;
  /**
   * What a refused compare-and-set says: by default nothing, since it may have been refused for any reason;
   * `differs` when the system refuses for no other reason than another value.
   */
  readonly refusedCas?: 'nothing' | 'differs';
  /** Whether a read of null is the answer "absent" (by default) or no answer at all. */
  readonly nullRead?: 'absent' | 'unknown';
}

/** One value, with `read`, `write` and `cas` (`[old, new]`); a register for each key. */
export function register({
  initial = null,
  refusedCas = 'nothing',
  nullRead = 'absent',
}: RegisterOptions = {}): Model<Json> {
  return {
    name: 'register',
    init: () => initial,
    identity: (state) => (typeof state === 'number' ? state : JSON.stringify(state)),

    step(state, { f, value, result }) {
      if (f === 'write') return value;
      if (f === 'read') return result === undefined || same(result, state) ? state : undefined;
      if (f !== 'cas' || !Array.isArray(value)) return undefined;
      const matches = same(value[0] ?? null, state);
      if (result === false) return matches ? undefined : state;
      return matches ? (value[1] ?? null) : undefined;
    },

    role({ f, value, result }) {
      if (f === 'write') return 'overwrites';
      if (f === 'read' || result === false) return 'observes';
      // A swap of a value for itself only says that the value was there.
      return Array.isArray(value) && same(value[0] ?? null, value[1] ?? null) ? 'observes' : 'changes';
    },

    callOf(operation) {
      const { f, value, result, outcome } = operation;
      if (f !== 'read' && f !== 'write' && f !== 'cas') return undefined;
      if (outcome === 'fail') {
        return f === 'cas' && refusedCas === 'differs' ? { f, value, result: false } : undefined;
      }
      if (f === 'read' && nullRead === 'unknown' && result === null) return undefined;
      // An operation is a call already: no need to copy what may be millions.
      return operation;
    },

    states(calls, part) {
      const values = new Map([[JSON.stringify(initial), initial]]);
      for (const call of calls) {
        const written = writtenBy(call);
        if (written !== undefined) values.set(JSON.stringify(written), written);
      }
      if (part === undefined) return [...values.values()];
      // Values that these calls never ask for are all alike to them: one stands for the others.
      const asked = new Set(part.flatMap(askedBy));
      const others = [...values.keys()].filter((name) => !asked.has(name));
      for (const name of others.slice(1)) values.delete(name);
      return [...values.values()];
    },

    decide: (operations, calls) => registerZones(operations, calls, initial),

    // Where a refusal tells that the value differs, even a value that nobody reads has to be there.
    ...(refusedCas === 'nothing' ? { parts: partsOf } : {}),

    describe({ f, value, result }) {
      if (f === 'read') return `read ${result === undefined ? '(no answer)' : JSON.stringify(result)}`;
      if (f !== 'cas' || !Array.isArray(value)) return `${f} ${JSON.stringify(value)}`;
      const [from, to] = value;
      return `${result === false ? 'refused ' : ''}cas ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
    },
  };
}

function writtenBy({ f, value, result }: Call): Json | undefined {
  if (f === 'write') return value;
  return f === 'cas' && result !== false && Array.isArray(value) ? (value[1] ?? null) : undefined;
}

/** The value that a call needs to be there, or needs not to be. */
function askedBy({ f, value, result }: Call): readonly string[] {
  if (f === 'cas' && Array.isArray(value)) return [JSON.stringify(value[0] ?? null)];
  return f === 'read' && result !== undefined ? [JSON.stringify(result)] : [];
}

/** The values that a call depends on: left out together, they leave the rest as it was. */
function partsOf({ f, value, result }: Call): readonly string[] {
  if (f === 'cas' && Array.isArray(value)) return value.map((part) => JSON.stringify(part));
  const seen = f === 'read' ? result : value;
  return seen === undefined ? [] : [JSON.stringify(seen)];
}

const same = (one: Json, other: Json): boolean =>
  one === other ||
  (typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other));
