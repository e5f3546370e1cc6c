import type { Evidence } from '../verdict.ts';
import { type History, isOperation, isPhase, type Json, type OperationEvent } from './history.ts';
import { MalformedHistory } from './malformed.ts';

/** An invocation with what came of it. */
export interface Operation {
  readonly process: number;
  readonly f: string;
  readonly key: string | undefined;
  /** What was asked. */
  readonly value: Json;
  /** What was answered; undefined unless `outcome` is `ok`. */
  readonly result: Json | undefined;
  /** `info` stands also for an operation that never completed. */
  readonly outcome: 'ok' | 'fail' | 'info';
  /** Position of the invocation among the history's events. */
  readonly invokedAt: number;
  /** Position of the completion; Infinity when the operation may still take effect at any later time. */
  readonly completedAt: number;
  /** Name of the phase in which it was invoked; empty before the first. */
  readonly phase: string;
  readonly invocation: OperationEvent;
  readonly completion: OperationEvent | undefined;
}

/** Pairs invocations and completions, in order of invocation. Throws `MalformedHistory`. */
export function operations(history: History): readonly Operation[] {
  const paired: Writable[] = [];
  const open = new Map<number, Writable>();
  let phase = '';

  history.events.forEach((event, position) => {
    if (isPhase(event)) {
      phase = event.phase;
      return;
    }
    if (!isOperation(event)) return;

    if (event.type === 'invoke') {
      if (open.has(event.process)) {
        throw new MalformedHistory(position + 1, `process ${event.process} has two open operations`);
      }
      const operation: Writable = {
        process: event.process,
        f: event.f,
        key: event.key,
        value: event.value,
        result: undefined,
        outcome: 'info',
        invokedAt: position,
        completedAt: Number.POSITIVE_INFINITY,
        phase,
        invocation: event,
        completion: undefined,
      };
      open.set(event.process, operation);
      paired.push(operation);
      return;
    }

    const operation = open.get(event.process);
    if (operation === undefined) {
      throw new MalformedHistory(position + 1, `process ${event.process} completes "${event.f}" that it never invoked`);
    }
    open.delete(event.process);
    operation.completion = event;
    operation.outcome = event.type;
    if (event.type === 'info') return;
    operation.completedAt = position;
    if (event.type === 'ok') operation.result = event.value;
  });

  return paired;
}

type Writable = { -readonly [name in keyof Operation]: Operation[name] };

/** Operations apart by key, each list in order of invocation. Operations without a key stand under the empty one. */
export function byKey(paired: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const groups = new Map<string, Operation[]>();
  for (const operation of paired) {
    const key = operation.key ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [operation]);
    else group.push(operation);
  }
  return groups;
}

/** The lines of the history that stand for an operation: its invocation and, where there is one, its completion. */
export const linesOf = ({ invocation, completion }: Operation): readonly Evidence[] =>
  completion === undefined ? [{ ...invocation }] : [{ ...invocation }, { ...completion }];
