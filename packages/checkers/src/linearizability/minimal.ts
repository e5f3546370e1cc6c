import type { Operation } from '../history/operations.ts';
import { type Call, callOf, type Model } from './models/model.ts';

/** Says whether a part of the history is certainly not linearizable. */
export type StillFails = (operations: readonly Operation[]) => boolean;

/**
 * The smallest part of a violating history that a greedy search finds. Only what cannot make a good history bad is left
 * out: operations that observe, whole parts of the state that the model names, and everything after the violation.
 * `lastNeeded` is the position after which nothing matters.
 */
export function minimal(
  all: readonly Operation[],
  lastNeeded: number,
  model: Model,
  stillFails: StillFails,
): readonly Operation[] {
  let kept: readonly Operation[] = all
    .filter(({ invokedAt }) => invokedAt <= lastNeeded)
    .map((operation) => cutAt(operation, lastNeeded));
  if (!stillFails(kept)) return kept;

  for (const group of droppable(kept, model)) kept = withoutChunks(kept, group, stillFails);
  return kept;
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

/** What may be left out: first parts of the state, each with all its operations, then processes' and single observers. */
function droppable(operations: readonly Operation[], model: Model): readonly (readonly (readonly Operation[])[])[] {
  const observers: Operation[] = [];
  const ofPart = new Map<string, Set<Operation>>();
  for (const operation of operations) {
    const call = callOf(model, operation) as Call;
    if (model.role?.(call) === 'observes') observers.push(operation);
    for (const part of model.parts?.(call) ?? []) ofPart.set(part, (ofPart.get(part) ?? new Set()).add(operation));
  }

  const parts = model.parts === undefined ? [] : components([...ofPart.values()]);
  const ofProcess = new Map<number, Operation[]>();
  for (const observer of observers) {
    ofProcess.set(observer.process, [...(ofProcess.get(observer.process) ?? []), observer]);
  }
  return [parts, [...ofProcess.values()], observers.map((observer) => [observer])];
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

/** Leaves out ever smaller runs of groups, as long as what remains fails. */
function withoutChunks(
  operations: readonly Operation[],
  groups: readonly (readonly Operation[])[],
  stillFails: StillFails,
): readonly Operation[] {
  let kept = operations;
  const left = [...groups];
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const chunk = new Set(left.slice(at, at + size).flat());
      const without = kept.filter((operation) => !chunk.has(operation));
      if (without.length < kept.length && stillFails(without)) {
        kept = without;
        left.splice(at, size);
      } else {
        at += size;
      }
    }
  }
  return kept;
}
