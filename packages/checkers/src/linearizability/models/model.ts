import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';

/** What an operation asked and what it was told. */
export interface Call {
  readonly f: string;
  readonly value: Json;
  /** Undefined when the answer is unknown: the operation may have taken effect, or may yet. */
  readonly result: Json | undefined;
}

/**
 * How a call treats the state, which lets the search avoid most of its branches.
 * - `observes`: it never changes the state.
 * - `overwrites`: every state allows it, and what it leaves behind does not depend on the state before.
 * - `changes`: anything else.
 */
export type Role = 'observes' | 'overwrites' | 'changes';

/** A sequential object: what a linearizable one must look like to every observer. */
export interface Model<State = unknown> {
  readonly name: string;

  init(): State;

  /** The state after the call, or undefined when this state does not give that answer. Never changes `state` itself. */
  step(state: State, call: Call): State | undefined;

  /** By default `changes`, which is always right and slowest. */
  role?(call: Call): Role;

  /** Objects that share nothing are judged apart. By default one object for each key. */
  partition?(operation: Operation): string;

  /** The call an operation stands for, undefined when it had surely no effect and told nothing. */
  callOf?(operation: Operation): Call | undefined;

  /** Whether two states behave alike for ever. By default, whether their JSON is the same. */
  equal?(one: State, other: State): boolean;

  /** A text that is the same for states that are equal: faster than `equal` when there are many states. */
  identity?(state: State): string | number;

  /**
   * Every state that the calls of a history can lead to, where those are few. Lets a violation be proved from its
   * surroundings. Where `part` is given, the states that matter are those from which these calls alone, taken from the
   * history, could answer as they did.
   */
  states?(calls: readonly Call[], part?: readonly Call[]): readonly State[] | undefined;

  /**
   * A test that decides certain histories of one object without search, or undefined when this is none of them.
   * `calls[i]` is what `operations[i]` stands for.
   */
  decide?(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined;

  /**
   * Names of the parts of the state that a call touches. A history stays linearizable when all calls of a part are
   * left out, so that evidence can be made small. Calls that observe can be left out in any case.
   */
  parts?(call: Call): readonly string[];

  /** A call in words, for evidence. */
  describe?(call: Call): string;
}

/** What a test without search found out. */
export type Decision =
  | { readonly linearizable: true }
  | {
      readonly linearizable: false;
      readonly reason: string;
      readonly operations: readonly Operation[];
      /** The operations show the violation to a reader, but leave out what would let them be judged by themselves. */
      readonly isSmallest?: true;
    };

/** What an operation stands for where a model does not say: refused ones had surely no effect. */
export function callOf(model: Model, operation: Operation): Call | undefined {
  if (model.callOf !== undefined) return model.callOf(operation);
  if (operation.outcome === 'fail') return undefined;
  return { f: operation.f, value: operation.value, result: operation.result };
}

/** The operations that the model knows, each with what it stands for. */
export function callsOf(model: Model, operations: readonly Operation[]): { kept: Operation[]; calls: Call[] } {
  const kept: Operation[] = [];
  const calls: Call[] = [];
  for (const operation of operations) {
    const call = callOf(model, operation);
    if (call === undefined) continue;
    kept.push(operation);
    calls.push(call);
  }
  return { kept, calls };
}
