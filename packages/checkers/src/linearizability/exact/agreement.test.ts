import { expect, test } from 'vitest';
import type { Json } from '../../history/history.ts';
import { operations } from '../../history/operations.ts';
import { lied } from '../../testing/lies.ts';
import { linearizableHistory, type Script } from '../../testing/object-histories.ts';
import { randomOf } from '../../testing/random.ts';
import { spendingOf } from '../budget.ts';
import { models } from '../models/catalogue.ts';
import { callsOf } from '../models/model.ts';
import { problemOf } from '../search/problem.ts';
import { search } from '../search/search.ts';

const list = (state: Json) => state as Json[];

const container = (put: string, take: string, puts: number, at: (items: Json[]) => number): Script<Json> => ({
  initial: [],
  // Numbers in no order, each once.
  ask: (random, number) => (random.chance(puts) ? { f: put, value: (number * 389) % 1009 } : { f: take, value: null }),
  act(state, f, value) {
    if (f === put) return { state: [...list(state), value], answer: value };
    const place = at(list(state));
    if (place < 0) return { state, answer: null };
    return { state: list(state).toSpliced(place, 1), answer: list(state)[place]! };
  },
});

const counterOf = (unit: number): Script<Json> => ({
  initial: 0,
  ask: (random) => (random.chance(0.6) ? { f: 'add', value: unit } : { f: 'read', value: null }),
  act: (state, f) => {
    const after = f === 'read' ? state : (state as number) + unit;
    return { state: after, answer: f === 'read' ? state : unit };
  },
});

const appends = (puts: number): Script<Json> => ({
  initial: null,
  ask: (random, number) => {
    if (random.chance(0.4)) return { f: 'get', value: null };
    return { f: random.chance(puts) ? 'put' : 'append', value: `${number}.` };
  },
  act: (state, f, value) => {
    if (f === 'get') return { state, answer: state };
    return { state: f === 'put' ? value : `${state ?? ''}${value}`, answer: value };
  },
});

const leastOf = (items: Json[]) => items.indexOf(Math.min(...(items as number[])));
const last = (items: Json[]) => items.length - 1;

test.each<[string, string, Script<Json>]>([
  ['stack', 'stack', container('push', 'pop', 0.5, last)],
  ['stack', 'stack that grows', container('push', 'pop', 0.7, last)],
  ['priority-queue', 'priority queue', container('insert', 'poll', 0.5, leastOf)],
  ['priority-queue', 'priority queue that grows', container('insert', 'poll', 0.7, leastOf)],
  ['counter', 'counter of ones', counterOf(1)],
  ['counter', 'counter that goes down by threes', counterOf(-3)],
  ['kv', 'text that is mostly appended to', appends(0.2)],
  ['kv', 'text that is mostly put', appends(0.6)],
])('%s: the exact test of a %s says what the search says', (name, _, script) => {
  const model = models.get(name)!({});
  let bad = 0;
  let decided = 0;
  for (let seed = 0; seed < 1500; seed += 1) {
    const random = randomOf(seed);
    const shape = {
      operations: 8 + random.below(28),
      clients: 1 + random.below(5),
      crashRate: random.below(3) * 0.02,
    };
    const history = lied(linearizableHistory(script, shape, random), random.below(4), random);
    const { kept, calls } = callsOf(model, operations(history));
    const decision = model.decide!(kept, calls);
    const spending = spendingOf({ steps: 5_000, memoryMb: 50 });
    const { linearizable } = search(problemOf(model, kept, calls), model, spending);
    if (decision === undefined || linearizable === undefined) continue;
    decided += 1;
    if (!linearizable) bad += 1;
    expect({ seed, linearizable: decision.linearizable }).toEqual({ seed, linearizable });
  }
  expect(bad).toBeGreaterThan(300);
  expect(decided).toBeGreaterThan(1000);
});
