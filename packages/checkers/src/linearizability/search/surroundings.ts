import type { Spending } from '../budget.ts';
import type { Call, Model } from '../models/model.ts';
import type { Mark } from './mark.ts';
import type { Problem } from './problem.ts';
import { transitionsOf } from './transitions.ts';
import { Walk } from './walk.ts';

/** With more states than this, starting from any of them proves too little for its price. */
const FEW_STATES = 64;
const WIDTH = 512;

/** Every state that the object could be in, where the model can tell and they are few. */
export function fewStates(
  model: Model,
  calls: readonly Call[],
  part?: readonly Call[],
): readonly unknown[] | undefined {
  const states = model.states?.(calls, part);
  return states === undefined || states.length > FEW_STATES ? undefined : states;
}

/**
 * Whether nothing explains the history from a position on, whatever the state was there and whichever of the operations
 * then open had taken effect. Every operation of the problem must end after that position.
 */
export function isBadFromAny(
  problem: Problem,
  model: Model,
  states: readonly unknown[],
  from: number,
  spending: Spending,
): boolean {
  const transitions = transitionsOf(model, problem.classes);
  const walk = new Walk(problem, transitions);
  walk.mayGoOn = () => spending(walk.steps, walk.bytes()) === undefined;
  walk.width = WIDTH;
  walk.resumeFromAny(
    markAt(problem, from),
    states.map((state) => transitions.number(state)),
  );

  while (walk.event < problem.events.length) {
    if (!walk.advance()) return walk.isExact && walk.mayGoOn();
    if (!walk.mayGoOn()) return false;
  }
  return false;
}

function markAt({ operations, events, classOf, slotOf, crashedOf, crashedClasses }: Problem, from: number): Mark {
  const open: number[] = [];
  const crashed = new Int32Array(crashedClasses.length);
  let event = 0;
  for (; event < events.length; event += 1) {
    const o = events[event]!;
    if (o < 0 || operations[o]!.invokedAt >= from) break;
    if (slotOf[o] === -1) crashed[crashedOf[classOf[o]!]!]! += 1;
    else open.push(o);
  }
  return { event, configurations: new Int32Array(0), open, crashed, isExact: true };
}
