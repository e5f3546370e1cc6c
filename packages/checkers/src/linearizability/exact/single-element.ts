import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';

/**
 * Decides the operations on one element of a set that is added at most once and removed at most once, in linear time,
 * or returns undefined when there are more. The element is there from the instant of the addition to that of the
 * removal: both are moved together as closely as what was seen allows, and whoever missed it must fit outside.
 */
export function singleElement(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  let add: Operation | undefined;
  let remove: Operation | undefined;
  const present: Operation[] = [];
  const absent: Operation[] = [];
  for (let at = 0; at < calls.length; at += 1) {
    const operation = operations[at]!;
    const { f, result } = calls[at]!;
    if (f === 'add') {
      if (add !== undefined) return undefined;
      add = operation;
    } else if (f === 'remove') {
      if (remove !== undefined) return undefined;
      remove = operation;
    } else if (result === true) present.push(operation);
    else absent.push(operation);
  }

  if (add === undefined) {
    return present.length === 0 ? GOOD : violation('an element was found that nobody added', [present[0]!]);
  }
  if (present.length === 0 && add.completedAt === Number.POSITIVE_INFINITY) return GOOD;

  const firstSeen = firstEnd(present);
  const lastSeen = lastBegin(present);
  const addBy = Math.min(add.completedAt, firstSeen);
  if (firstSeen < add.invokedAt) return violation('an element was found before its addition began', operations);
  if (stays(add, addBy, remove, absent)) return GOOD;
  if (remove !== undefined) {
    const removeFrom = Math.max(remove.invokedAt, lastSeen);
    // Both at one instant: then nobody need have missed it.
    if (Math.max(add.invokedAt, removeFrom) <= Math.min(addBy, remove.completedAt)) return GOOD;
    const isOutside = ({ invokedAt, completedAt }: Operation) => invokedAt < addBy || completedAt > removeFrom;
    if (addBy <= removeFrom && removeFrom <= remove.completedAt && absent.every(isOutside)) return GOOD;
  }
  return violation('an element was surely there when it was found missing, or gone when it was found', operations);
}

const GOOD: Decision = { linearizable: true };

/** Whether the element may have been there from its addition on, with any removal before. */
function stays(add: Operation, addBy: number, remove: Operation | undefined, absent: readonly Operation[]): boolean {
  // A removal that may not have happened did not happen.
  const removedFrom = remove === undefined || remove.completedAt === Number.POSITIVE_INFINITY ? -1 : remove.invokedAt;
  return Math.max(add.invokedAt, removedFrom, lastBegin(absent)) < addBy;
}

function firstEnd(operations: readonly Operation[]): number {
  let found = Number.POSITIVE_INFINITY;
  for (const { completedAt } of operations) if (completedAt < found) found = completedAt;
  return found;
}

function lastBegin(operations: readonly Operation[]): number {
  let found = -1;
  for (const { invokedAt } of operations) if (invokedAt > found) found = invokedAt;
  return found;
}
