import type { Operation } from '../history/operations.ts';
import { type Spending, spendingOf } from './budget.ts';
import { type Call, callsOf, type Model } from './models/model.ts';
import { problemOf } from './search/problem.ts';
import { search } from './search/search.ts';
import { fewStates, isBadFromAny } from './search/surroundings.ts';

/** A small part of a history that violates the model by itself. */
export interface Core {
  readonly operations: readonly Operation[];
  /** The position from which on the part is bad, whatever came before it; 0 when it needs the beginning. */
  readonly from: number;
  /** Set when the search for a smaller part was given up, in words. */
  readonly stopped: string | undefined;
}

/** What one trial may spend, in steps of the search, and all of them together. */
const STEPS_EACH = 500_000;
const STEPS_IN_ALL = 10e6;
const TRIALS = 3000;

/**
 * The smallest part that a greedy search finds. Only what cannot make a good history bad is left out: what came before
 * a moment at which the state may be taken to be any, operations that observe, all operations of a part of the state,
 * and everything after the violation. `lastNeeded` is the position after which nothing matters; `outer` is
 * asked about time and memory only.
 */
export function minimal(model: Model, all: readonly Operation[], lastNeeded: number, outer: Spending): Core {
  // Of the whole history, so that leaving out operations never leaves out what the state may have been.
  const whole = callsOf(model, all).calls;
  let trials = 0;
  let spent = 0;
  let stopped: string | undefined;
  const isBad = (operations: readonly Operation[], from: number): boolean => {
    if (trials >= TRIALS || spent >= STEPS_IN_ALL || outer(0, 0) !== undefined) {
      stopped = `not the smallest evidence perhaps: looking for less was given up after ${trials} trials`;
      return false;
    }
    trials += 1;
    const { kept, calls } = callsOf(model, operations);
    const within = spendingOf({ steps: STEPS_EACH });
    let steps = 0;
    const spending: Spending = (taken, bytes) => {
      spent += taken - steps;
      steps = taken;
      return within(taken, bytes) ?? outer(0, bytes);
    };
    if (from > 0) {
      const states = fewStates(model, whole, calls);
      return states !== undefined && isBadFromAny(problemOf(model, kept, calls), model, states, from, spending);
    }
    const decision = model.decide?.(kept, calls);
    if (decision !== undefined) return !decision.linearizable;
    return search(problemOf(model, kept, calls), model, spending).linearizable === false;
  };

  const before = all
    .filter(({ invokedAt }) => invokedAt <= lastNeeded)
    .map((operation) => cutAt(operation, lastNeeded));
  const from = latestStart(before, isBad);
  let kept = since(before, from);
  if (from === 0 && !isBad(kept, 0)) return { operations: kept, from, stopped };

  for (const groups of droppable(kept, model)) {
    kept = withoutChunks(kept, groups, (part) => isBad(part, from));
  }
  return { operations: kept, from, stopped };
}

/** An operation that was open at a moment, as it would stand in a history that ends there. */
function cutAt(operation: Operation, position: number): Operation {
  if (operation.completedAt <= position) return operation;
  return {
    ...operation,
    outcome: 'info',
    result: undefined,
    completedAt: Number.POSITIVE_INFINITY,
    completion: undefined,
  };
}

const since = (operations: readonly Operation[], from: number): readonly Operation[] =>
  from === 0 ? operations : operations.filter(({ completedAt }) => completedAt > from);

/** The latest position from which on the rest is bad from any state. The later, the less there is to explain. */
function latestStart(
  operations: readonly Operation[],
  isBad: (operations: readonly Operation[], from: number) => boolean,
): number {
  const starts = operations.map(({ invokedAt }) => invokedAt);
  let good = starts.length;
  // First steps back that double, since what matters is mostly near the end; then halving between the last two.
  let bad = -1;
  for (let back = 8; back < starts.length * 2; back *= 2) {
    const at = Math.max(0, starts.length - back);
    if (isBad(since(operations, starts[at]!), starts[at]!)) {
      bad = at;
      break;
    }
    good = at;
    if (at === 0) break;
  }
  if (bad <= 0) return 0;
  while (good - bad > 1) {
    const middle = (good + bad) >> 1;
    if (isBad(since(operations, starts[middle]!), starts[middle]!)) bad = middle;
    else good = middle;
  }
  return starts[bad]!;
}

/** What may be left out: parts of the state with all their operations, then observers by process, then one by one. */
function droppable(operations: readonly Operation[], model: Model): readonly (readonly (readonly Operation[])[])[] {
  const observers: Operation[] = [];
  const ofPart = new Map<string, Set<Operation>>();
  const { kept, calls } = callsOf(model, operations);
  kept.forEach((operation, at) => {
    const call = calls[at] as Call;
    if (model.role?.(call) === 'observes') observers.push(operation);
    for (const part of model.parts?.(call) ?? []) ofPart.set(part, (ofPart.get(part) ?? new Set()).add(operation));
  });

  const ofProcess = new Map<number, Operation[]>();
  for (const observer of observers) {
    const already = ofProcess.get(observer.process);
    if (already === undefined) ofProcess.set(observer.process, [observer]);
    else already.push(observer);
  }
  return [components([...ofPart.values()]), [...ofProcess.values()], observers.map((observer) => [observer])];
}

/** Joins groups that share operations: a swap ties the value that it takes to the value that it leaves. */
function components(groups: readonly ReadonlySet<Operation>[]): readonly (readonly Operation[])[] {
  const home = new Map<Operation, Operation[]>();
  for (const group of groups) {
    const joined = new Set<Operation>();
    for (const operation of group) {
      joined.add(operation);
      for (const other of home.get(operation) ?? []) joined.add(other);
    }
    const members = [...joined];
    for (const operation of members) home.set(operation, members);
  }
  return [...new Set(home.values())];
}

/** Leaves out ever smaller runs of groups, as long as what remains is bad. */
function withoutChunks(
  operations: readonly Operation[],
  groups: readonly (readonly Operation[])[],
  isBad: (operations: readonly Operation[]) => boolean,
): readonly Operation[] {
  let kept = operations;
  const left = [...groups];
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const chunk = new Set(left.slice(at, at + size).flat());
      const without = kept.filter((operation) => !chunk.has(operation));
      if (without.length < kept.length && isBad(without)) {
        kept = without;
        left.splice(at, size);
      } else {
        at += size;
      }
    }
  }
  return kept;
}
