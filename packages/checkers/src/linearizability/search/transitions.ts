import type { Call, Model } from '../models/model.ts';

const UNKNOWN = -2;
/** The state does not allow the call. */
export const REFUSED = -1;

/** The states met so far, numbered, and what each class of calls makes of them: a model's step is asked once each. */
export interface Transitions {
  readonly initial: number;
  /** Number of the state after the call, or `REFUSED`. */
  target(state: number, callClass: number): number;
  /** Number of a state. */
  number(state: unknown): number;
  state(number: number): unknown;
  count(): number;
}

export function transitionsOf(model: Model, classes: readonly Call[]): Transitions {
  const states: unknown[] = [];
  const numbers = new Map<string | number, number>();
  const { equal } = model;
  const identity = model.identity ?? ((state: unknown) => JSON.stringify(state));

  const number = (state: unknown): number => {
    if (equal !== undefined && model.identity === undefined) {
      const known = states.findIndex((other) => equal(other, state));
      return known === -1 ? states.push(state) - 1 : known;
    }
    const key = identity(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const fresh = states.push(state) - 1;
    numbers.set(key, fresh);
    return fresh;
  };

  // A table while it is small, else a map: most pairs of many states and many classes never meet.
  const width = classes.length;
  const isSmall = width <= 512;
  let table = new Int32Array(isSmall ? width * 64 : 0).fill(UNKNOWN);
  const sparse = new Map<number, number>();

  const compute = (state: number, callClass: number): number => {
    const after = model.step(states[state], classes[callClass]!);
    return after === undefined ? REFUSED : number(after);
  };

  const fromTable = (state: number, callClass: number): number => {
    const place = state * width + callClass;
    if (place >= table.length) {
      const grown = new Int32Array(Math.max(place + 1, table.length * 2)).fill(UNKNOWN);
      grown.set(table);
      table = grown;
    }
    const known = table[place]!;
    if (known !== UNKNOWN) return known;
    const target = compute(state, callClass);
    table[place] = target;
    return target;
  };

  const fromMap = (state: number, callClass: number): number => {
    const place = state * width + callClass;
    const known = sparse.get(place);
    if (known !== undefined) return known;
    const target = compute(state, callClass);
    sparse.set(place, target);
    return target;
  };

  return {
    initial: number(model.init()),
    target: isSmall ? fromTable : fromMap,
    number,
    state: (wanted) => states[wanted],
    count: () => states.length,
  };
}
