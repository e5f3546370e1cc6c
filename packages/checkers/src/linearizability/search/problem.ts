import type { Operation } from '../../history/operations.ts';
import type { Call, Model } from '../models/model.ts';
import { classify } from './classes.ts';

export const OBSERVES = 0;
export const OVERWRITES = 1;

/** A history of one object in the form that the search walks: numbers only, in order of time. */
export interface Problem {
  readonly operations: readonly Operation[];
  /** Calls that differ, each once: operations of one class are interchangeable but for their times. */
  readonly classes: readonly Call[];
  readonly roleOf: Uint8Array;
  /** The class of each operation. */
  readonly classOf: Int32Array;
  /** Operation `o` begins: `o`. It ends: `~o`. */
  readonly events: Int32Array;
  /** Number of the event at which an operation ends; of those that never end, a number beyond all. */
  readonly endOf: Int32Array;
  /** The bit that an operation owns while it is open. Operations that never end own none: −1. */
  readonly slotOf: Int32Array;
  /** How many bits a configuration needs. */
  readonly slots: number;
  /** Numbers, from 0, of the classes that have operations without end which change the state; −1 for the others. */
  readonly crashedOf: Int32Array;
  readonly crashedClasses: Int32Array;
}

/** `operations` in order of invocation; `calls[i]` is what `operations[i]` stands for. */
export function problemOf(model: Model, operations: readonly Operation[], calls: readonly Call[]): Problem {
  const { classes, classOf, roleOf } = classify(model, calls);
  const count = operations.length;

  // Returns in order of time: each as one number made of when and who, which sorts far faster than pairs do.
  let returning = 0;
  const returns = new Float64Array(count);
  for (let o = 0; o < count; o += 1) {
    const at = operations[o]!.completedAt;
    if (at === Number.POSITIVE_INFINITY) continue;
    returns[returning] = at * count + o;
    returning += 1;
  }
  const sorted = returns.subarray(0, returning).sort();

  // A crashed observer told nothing and did nothing.
  const isDropped = (o: number) =>
    operations[o]!.completedAt === Number.POSITIVE_INFINITY && roleOf[classOf[o]!] === OBSERVES;

  const events = new Int32Array(count + returning);
  const endOf = new Int32Array(count).fill(0x7fffffff);
  const slotOf = new Int32Array(count).fill(-1);
  const crashedOf = new Int32Array(classes.length).fill(-1);
  const crashedClasses: number[] = [];
  const freeSlots: number[] = [];
  let slots = 0;
  let length = 0;
  let nextReturn = 0;

  const takeReturnsBefore = (position: number) => {
    while (nextReturn < returning && sorted[nextReturn]! < position * count) {
      const o = sorted[nextReturn]! % count;
      nextReturn += 1;
      endOf[o] = length;
      events[length] = ~o;
      length += 1;
      freeSlots.push(slotOf[o]!);
    }
  };

  for (let o = 0; o < count; o += 1) {
    if (isDropped(o)) continue;
    const { invokedAt, completedAt } = operations[o]!;
    takeReturnsBefore(invokedAt);
    events[length] = o;
    length += 1;
    if (completedAt !== Number.POSITIVE_INFINITY) {
      const slot = freeSlots.pop() ?? slots;
      if (slot === slots) slots += 1;
      slotOf[o] = slot;
    } else if (crashedOf[classOf[o]!] === -1) {
      crashedOf[classOf[o]!] = crashedClasses.length;
      crashedClasses.push(classOf[o]!);
    }
  }
  takeReturnsBefore(Number.POSITIVE_INFINITY);

  return {
    operations,
    classes,
    roleOf,
    classOf,
    events: events.subarray(0, length),
    endOf,
    slotOf,
    slots,
    crashedOf,
    crashedClasses: Int32Array.from(crashedClasses),
  };
}
