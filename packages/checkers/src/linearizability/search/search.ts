import type { Spending } from '../budget.ts';
import type { Model } from '../models/model.ts';
import type { Mark } from './mark.ts';
import type { Problem } from './problem.ts';
import { fewStates } from './surroundings.ts';
import { transitionsOf } from './transitions.ts';
import { Walk } from './walk.ts';

export type SearchResult =
  | { readonly linearizable: true }
  | {
      readonly linearizable: false;
      /** Events before the one that nothing explains. */
      readonly event: number;
      /** What the object may have been just before it, where that is known. */
      readonly states: readonly unknown[];
    }
  | {
      readonly linearizable: undefined;
      readonly reason: string;
      /** Events that are surely explained. */
      readonly event: number;
    };

const MARK_EVERY = 256;
const NARROW = 6;

/**
 * Decides whether the history is linearizable. A walk with few configurations finds a way through most histories that
 * have one. Where it runs dry, either the surroundings alone prove the violation, from any state that the object could
 * have been in, or the walk goes back and tries again with more configurations, ever further back and ever wider.
 */
export function search(problem: Problem, model: Model, spending: Spending): SearchResult {
  const transitions = transitionsOf(model, problem.classes);
  const walk = new Walk(problem, transitions);
  const end = problem.events.length;
  const marks: Mark[] = [];
  let reached = 0;
  let held = 0;
  let stopped: string | undefined;

  let candidates: readonly number[] | undefined;

  const isSpent = (): boolean => {
    stopped ??= spending(walk.steps, walk.bytes() + held);
    return stopped !== undefined;
  };
  walk.mayGoOn = () => !isSpent();

  /** True when it came to `target`. Marks are left on the way, unless the walk is only a trial. */
  const run = (target: number, isTrial: boolean): boolean => {
    while (walk.event < target) {
      if (walk.event % MARK_EVERY === 0) {
        if (isSpent()) return false;
        if (!isTrial) {
          const mark = walk.mark();
          marks.push(mark);
          held += mark.configurations.byteLength;
        }
      }
      if (!walk.advance() || stopped !== undefined) return false;
      if (!isTrial && walk.event > reached) reached = walk.event;
    }
    return true;
  };

  const markBefore = (event: number): Mark => {
    let at = marks.length - 1;
    while (at > 0 && marks[at]!.event > event) at -= 1;
    return marks[at]!;
  };

  walk.width = NARROW;
  while (!run(end, false)) {
    if (stopped !== undefined) return { linearizable: undefined, reason: stopped, event: reached };
    let stuckAt = walk.event;
    if (walk.isExact) return violation(stuckAt);
    candidates ??= (fewStates(model, problem.classes) ?? []).map((state) => transitions.number(state));

    let width = NARROW;
    let back = 64;
    let isPast = false;
    while (!isPast) {
      width *= 4;
      back *= 4;
      const mark = markBefore(stuckAt - back);

      if (candidates.length > 0) {
        walk.width = width * 4;
        walk.resumeFromAny(mark, candidates);
        if (!run(stuckAt + 1, true) && stopped === undefined && walk.isExact) return violation(walk.event);
      }
      if (stopped === undefined) {
        while (marks.length > 0 && marks[marks.length - 1]!.event >= mark.event) {
          held -= marks.pop()!.configurations.byteLength;
        }
        walk.width = width;
        walk.resume(mark);
        isPast = run(Math.min(end, stuckAt + back), false);
        if (!isPast && stopped === undefined && walk.isExact) return violation(walk.event);
        stuckAt = Math.max(stuckAt, walk.event);
      }
      if (stopped !== undefined) return { linearizable: undefined, reason: stopped, event: reached };
    }
    walk.width = NARROW;
  }
  return { linearizable: true };

  function violation(event: number): SearchResult {
    return { linearizable: false, event, states: walk.states().map((state) => transitions.state(state)) };
  }
}
