import { describe, expect, test } from 'vitest';
import type { Json } from '../../history/history.ts';
import { isLinearizableByForce, type Oracle } from '../../testing/brute-force.ts';
import { lied } from '../../testing/lies.ts';
import { linearizableHistory, type Script } from '../../testing/object-histories.ts';
import { randomOf } from '../../testing/random.ts';
import { historyOf } from '../../testing/shorthand.ts';
import { linearizable } from '../linearizable.ts';
import { models } from './catalogue.ts';
import type { Model } from './model.ts';
import { mutex } from './mutex.ts';

interface Case {
  readonly model: string;
  readonly script: Script<Json>;
  readonly oracle: Oracle;
}

const sorted = (items: Json) => JSON.stringify([...(items as Json[])].sort((a, b) => Number(a) - Number(b)));
const list = (state: Json) => state as Json[];

/** Puts distinct items in and takes them out where `at` says. */
const container = (put: string, take: string, at: (items: Json[]) => number): Script<Json> => ({
  initial: [],
  ask: (random, number) => (random.chance(0.5) ? { f: put, value: number + 1 } : { f: take, value: null }),
  act(state, f, value) {
    if (f === put) return { state: [...list(state), value], answer: value };
    const place = at(list(state));
    return place < 0
      ? { state, answer: null }
      : { state: list(state).toSpliced(place, 1), answer: list(state)[place]! };
  },
});

const containerOracle =
  (put: string, at: (items: Json[]) => number): Oracle =>
  (state, f, value, answer) => {
    if (f === put) return [...list(state), value];
    const place = at(list(state));
    if (place < 0) return answer === undefined || answer === null ? state : undefined;
    return answer === undefined || answer === list(state)[place] ? list(state).toSpliced(place, 1) : undefined;
  };

const first = (items: Json[]) => (items.length === 0 ? -1 : 0);
const last = (items: Json[]) => items.length - 1;
const leastOf = (items: Json[]) => items.indexOf(Math.min(...(items as number[])));

const cases: readonly Case[] = [
  { model: 'queue', script: container('enqueue', 'dequeue', first), oracle: containerOracle('enqueue', first) },
  { model: 'stack', script: container('push', 'pop', last), oracle: containerOracle('push', last) },
  { model: 'priority-queue', script: container('insert', 'poll', leastOf), oracle: containerOracle('insert', leastOf) },
  {
    model: 'counter',
    script: {
      initial: 0,
      ask: (random) => (random.chance(0.5) ? { f: 'add', value: random.below(3) - 1 } : { f: 'read', value: null }),
      act: (state, f, value) =>
        f === 'read' ? { state, answer: state } : { state: (state as number) + (value as number), answer: value },
    },
    oracle: (state, f, value, answer) => {
      if (f === 'add') return (state as number) + (value as number);
      return answer === undefined || answer === state ? state : undefined;
    },
  },
  {
    model: 'set',
    script: {
      initial: [],
      ask: (random, number) => (random.chance(0.5) ? { f: 'add', value: number } : { f: 'read', value: null }),
      act: (state, f, value) =>
        f === 'read' ? { state, answer: state } : { state: [...list(state), value], answer: value },
    },
    oracle: (state, f, value, answer) => {
      if (f === 'add') return [...list(state), value];
      return answer === undefined || sorted(answer) === sorted(state) ? state : undefined;
    },
  },
  {
    model: 'set',
    script: {
      initial: [],
      ask: (random) => ({ f: ['add', 'remove', 'read'][random.below(3)]!, value: random.below(3) }),
      act: (state, f, value) => {
        const without = list(state).filter((item) => item !== value);
        if (f === 'read') return { state, answer: state };
        return { state: f === 'add' ? [...without, value] : without, answer: value };
      },
    },
    oracle: (state, f, value, answer) => {
      if (f === 'read') return answer === undefined || sorted(answer) === sorted(state) ? state : undefined;
      const without = list(state).filter((item) => item !== value);
      return f === 'add' ? [...without, value] : without;
    },
  },
  ...[1, 3].map(
    (range): Case => ({
      model: 'elements',
      script: {
        initial: [],
        ask: (random, number) =>
          range === 1 && number < 2
            ? { f: ['add', 'remove'][number]!, value: 0 }
            : {
                f: range === 1 ? 'contains' : ['add', 'remove', 'contains'][random.below(3)]!,
                value: random.below(range),
              },
        act: (state, f, value) => {
          const without = list(state).filter((item) => item !== value);
          if (f === 'contains') return { state, answer: list(state).includes(value) };
          return { state: f === 'add' ? [...without, value] : without, answer: value };
        },
      },
      oracle: (state, f, value, answer) => {
        if (f === 'contains') return answer === undefined || answer === list(state).includes(value) ? state : undefined;
        const without = list(state).filter((item) => item !== value);
        return f === 'add' ? [...without, value] : without;
      },
    }),
  ),
  {
    model: 'list',
    script: {
      initial: [],
      ask: (random, number) => (random.chance(0.5) ? { f: 'append', value: number } : { f: 'read', value: null }),
      act: (state, f, value) =>
        f === 'read' ? { state, answer: state } : { state: [...list(state), value], answer: value },
    },
    oracle: (state, f, value, answer) => {
      if (f === 'append') return [...list(state), value];
      return answer === undefined || JSON.stringify(answer) === JSON.stringify(state) ? state : undefined;
    },
  },
  {
    model: 'kv',
    script: {
      initial: null,
      ask: (random, number) => ({ f: ['get', 'put', 'append'][random.below(3)]!, value: `${number}.` }),
      act: (state, f, value) => {
        if (f === 'get') return { state, answer: state };
        const after = f === 'put' ? value : `${state ?? ''}${value}`;
        return { state: after, answer: value };
      },
    },
    oracle: (state, f, value, answer) => {
      if (f === 'get') return answer === undefined || answer === state ? state : undefined;
      return f === 'put' ? value : `${state ?? ''}${value}`;
    },
  },
];

describe.each(cases)('$model', ({ model, script, oracle }) => {
  test('agrees with brute force on thousands of histories, a fifth of them bad', () => {
    let bad = 0;
    for (let seed = 0; seed < 2500; seed += 1) {
      const random = randomOf(seed);
      const shape = {
        operations: 4 + random.below(7),
        clients: 1 + random.below(4),
        crashRate: random.below(3) * 0.08,
      };
      const history = lied(
        linearizableHistory(script, shape, random),
        seed % 8 === 0 ? 0 : 4 + random.below(9),
        random,
      );
      const expected = isLinearizableByForce(history, script.initial, oracle);
      const { verdict } = linearizable({ model: models.get(model)!({}) }).check(history);
      if (!expected) bad += 1;
      if (verdict !== 'inconclusive' || !expected) {
        expect({ seed, verdict }).toEqual({ seed, verdict: expected ? 'pass' : 'fail' });
      }
    }
    expect(bad).toBeGreaterThan(500);
  });
});

test('a mutex passes when tenures do not overlap, and fails when two hold it at once', () => {
  const check = (...lines: string[]) => linearizable({ model: mutex() as Model }).check(historyOf(...lines));
  const held = ['1 invoke acquire', '1 ok acquire 1'];
  const next = ['2 invoke acquire', '2 ok acquire 2'];
  expect(check(...held, '1 invoke release', '1 ok release', ...next).verdict).toBe('pass');
  expect(check(...held, ...next)).toMatchObject({ verdict: 'fail', evidence: { length: 4 } });
  expect(check(...held, '1 invoke release', '1 info release', ...next).verdict).toBe('pass');
  expect(check(...held, '1 invoke release', ...next, '1 ok release').verdict).toBe('pass');
  expect(check('1 invoke acquire', '1 info acquire', ...next).verdict).toBe('pass');
  expect(check('1 invoke release', '1 ok release')).toMatchObject({ verdict: 'fail' });
});

test('a mutex fails when a later holder gets no greater token', () => {
  const history = historyOf(
    '1 invoke acquire',
    '1 ok acquire 7',
    '1 invoke release',
    '1 ok release',
    '2 invoke acquire',
    '2 ok acquire 7',
  );
  expect(linearizable({ model: mutex() as Model }).check(history)).toMatchObject({ verdict: 'fail' });
});
