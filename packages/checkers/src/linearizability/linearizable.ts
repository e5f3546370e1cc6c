import type { Checker } from '../checker.ts';
import { byKey, linesOf, type Operation, operations } from '../history/operations.ts';
import { type DecidedPrefix, type Evidence, fail, inconclusive, pass, type Verdict } from '../verdict.ts';
import { type Budget, type Spending, spendingOf } from './budget.ts';
import { type Core, minimal } from './minimal.ts';
import { type Call, callOf, type Model } from './models/model.ts';
import { type RegisterOptions, register } from './models/register.ts';
import { problemOf } from './search/problem.ts';
import { search } from './search/search.ts';

export interface LinearizableOptions extends RegisterOptions {
  /** What kind of object the operations are on. By default a register for each key. */
  readonly model?: Model;
  readonly budget?: Budget;
}

/**
 * Every operation seems to take effect at one instant between its invocation and its completion (Herlihy and Wing,
 * "Linearizability: A Correctness Condition for Concurrent Objects", 1990). Operations that the model does not know
 * are left out.
 */
export function linearizable({ model, budget = {}, ...options }: LinearizableOptions = {}): Checker {
  // A model keeps its own kind of state to itself: nothing here looks inside.
  const judged = model ?? (register(options) as Model);
  return {
    name: 'linearizable',

    check(history) {
      const spending = spendingOf(budget);
      const objects = objectsOf(judged, operations(history));
      let answered = 0;
      let open: Verdict | undefined;

      for (const [name, { kept, calls }] of objects) {
        answered += kept.filter(({ outcome }) => outcome === 'ok').length;
        const verdict = judge(judged, name, kept, calls, spending);
        if (verdict.verdict === 'fail') return verdict;
        if (verdict.verdict === 'inconclusive') open ??= verdict;
      }

      if (open !== undefined) return open;
      return answered > 0
        ? pass([{ operations: answered, objects: objects.size }])
        : inconclusive('no operation completed');
    },
  };
}

interface OneObject {
  readonly kept: Operation[];
  readonly calls: Call[];
}

function objectsOf(model: Model, all: readonly Operation[]): ReadonlyMap<string, OneObject> {
  const objects = new Map<string, OneObject>();
  const { partition } = model;
  const groups = partition === undefined ? byKey(all) : new Map([['', all]]);
  for (const [key, group] of groups) {
    for (const operation of group) {
      const call = callOf(model, operation);
      if (call === undefined) continue;
      const name = partition === undefined ? key : partition(operation);
      let object = objects.get(name);
      if (object === undefined) {
        object = { kept: [], calls: [] };
        objects.set(name, object);
      }
      object.kept.push(operation);
      object.calls.push(call);
    }
  }
  return objects;
}

function judge(
  model: Model,
  name: string,
  kept: readonly Operation[],
  calls: readonly Call[],
  spending: Spending,
): Verdict {
  const where = () => (name === '' ? '' : ` of ${JSON.stringify(name)}`);
  const decision = model.decide?.(kept, calls);
  if (decision !== undefined) {
    if (decision.linearizable) return pass();
    const core: Core = decision.isSmallest
      ? { operations: decision.operations, from: 0, stopped: undefined }
      : minimal(model, decision.operations, Number.POSITIVE_INFINITY, spending);
    return fail(`no order of the operations${where()} explains them: ${decision.reason}`, evidenceOf(core));
  }

  const problem = problemOf(model, kept, calls);
  const result = search(problem, model, spending);
  if (result.linearizable === true) return pass();
  if (result.linearizable === undefined) {
    return inconclusive(`${result.reason}${where()}`, decidedBefore(result.event, problem.events, kept));
  }

  const culprit = ~problem.events[result.event]!;
  const { process, completedAt } = kept[culprit]!;
  const states = result.states.slice(0, 5).map((state) => JSON.stringify(state));
  const more = result.states.length > states.length ? ' or others' : '';
  const couldBe = states.length === 0 ? '' : `, when the state could only be ${states.join(' or ')}${more}`;
  const core = minimal(model, kept, completedAt, spending);
  const whatever = core.from === 0 ? '' : `, whatever came before event ${core.from}`;
  return fail(
    `no order of the operations${where()} explains "${inWords(model, calls[culprit]!)}" by process ${process}${couldBe}${whatever}`,
    evidenceOf(core),
  );
}

/** The lines of the operations in the order of the history; and a note in front where there may be fewer that show as much. */
const evidenceOf = ({ operations, stopped }: Core): readonly Evidence[] => [
  ...(stopped === undefined ? [] : [{ note: stopped }]),
  ...operations.flatMap(linesOf).sort((one, other) => Number(one.index) - Number(other.index)),
];

const inWords = (model: Model, call: Call): string =>
  model.describe?.(call) ?? `${call.f} ${JSON.stringify(call.result ?? call.value)}`;

/** Events of the whole history up to which the object surely behaved. */
function decidedBefore(event: number, events: Int32Array, kept: readonly Operation[]): DecidedPrefix {
  const code = events[event];
  if (code === undefined) return { events: 0 };
  return { events: code >= 0 ? kept[code]!.invokedAt : kept[~code]!.completedAt };
}
