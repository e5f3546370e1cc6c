import { expect, test } from 'vitest';
import type { Json, OperationEvent } from '../history/history.ts';
import { operations } from '../history/operations.ts';
import { lied } from '../testing/lies.ts';
import { linearizableHistory, registerScript, type Script, withLies } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { linearizable } from './linearizable.ts';
import { minimal } from './minimal.ts';
import { models } from './models/catalogue.ts';
import { callsOf } from './models/model.ts';

const evidenceOf = (model: string, history: Parameters<ReturnType<typeof linearizable>['check']>[0]) => {
  const verdict = linearizable({ model: models.get(model)!({}), budget: { steps: 2e6 } }).check(history);
  return verdict.verdict === 'fail' ? verdict.evidence : undefined;
};

test.each([
  [5, 0.001],
  [100, 0.001],
  [20, 0.01],
])('a false read among thousands of swaps of %i values is mostly shown by a few lines', (values, crashRate) => {
  // Where a swap that crashed was needed twice, everything between the two is evidence: that may be long.
  let few = 0;
  let bad = 0;
  for (let seed = 0; seed < 8; seed += 1) {
    const random = randomOf(seed);
    const shape = { operations: 2000, clients: 10, crashRate };
    const script = registerScript(values, { cas: true });
    const evidence = evidenceOf('cas-register', withLies(linearizableHistory(script, shape, random), 2, random));
    if (evidence === undefined) continue;
    bad += 1;
    if (evidence.length <= 24) few += 1;
  }
  expect(bad).toBeGreaterThan(4);
  expect(few).toBeGreaterThanOrEqual(bad - 1);
});

test('a counter that was read wrong is shown by what happened around the read', () => {
  const script: Script<Json> = {
    initial: 0,
    ask: (random) => (random.chance(0.5) ? { f: 'add', value: random.below(5) - 2 } : { f: 'read', value: null }),
    act: (state, f, value) =>
      f === 'read' ? { state, answer: state } : { state: (state as number) + (value as number), answer: value },
  };
  for (let seed = 0; seed < 6; seed += 1) {
    const random = randomOf(seed);
    const history = lied(linearizableHistory(script, { operations: 600, clients: 4 }, random), 1, random);
    const evidence = evidenceOf('counter', history);
    if (evidence !== undefined) expect(evidence.length).toBeLessThan(40);
  }
});

test('what is shown of a stack is bad by itself, and nothing of it can be left out', () => {
  const script: Script<Json> = {
    initial: [],
    ask: (random, number) => (random.chance(0.5) ? { f: 'push', value: number } : { f: 'pop', value: null }),
    act(state, f, value) {
      const items = state as Json[];
      if (f === 'push') return { state: [...items, value], answer: value };
      return { state: items.slice(0, -1), answer: items[items.length - 1] ?? null };
    },
  };
  let bad = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const random = randomOf(seed);
    const history = lied(linearizableHistory(script, { operations: 300, clients: 5 }, random), 2, random);
    const evidence = evidenceOf('stack', history);
    if (evidence === undefined) continue;
    bad += 1;
    const events = evidence as unknown as readonly OperationEvent[];
    const model = models.get('stack')!({});
    const { kept } = callsOf(model, operations({ events }));
    expect(linearizable({ model }).check({ events }).verdict).toBe('fail');
    expect(minimal(model, kept, Number.POSITIVE_INFINITY, () => undefined).operations).toHaveLength(kept.length);
  }
  expect(bad).toBeGreaterThan(10);
});

test('evidence says so when there was no time to make it smaller', () => {
  const script = registerScript(5, { cas: true });
  const history = withLies(linearizableHistory(script, { operations: 300, clients: 5 }, randomOf(1)), 6, randomOf(2));
  const { kept } = callsOf(models.get('cas-register')!({}), operations(history));
  const core = minimal(models.get('cas-register')!({}), kept, Number.POSITIVE_INFINITY, () => 'no time is left');
  expect(core.operations).toHaveLength(kept.length);
  expect(core.stopped).toBe('not the smallest evidence perhaps: looking for less was given up after 0 trials');
});
