import { createRandom } from '@qflow/simulation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { register } from './register.ts';

const operationsOf = (seed: number, count: number, options = {}) => {
  const next = register(options).begin(createRandom(seed));
  return Array.from({ length: count }, (_, sequence) => next(sequence));
};

test('the same seed gives the same operations, another seed others', () => {
  expect(operationsOf(1, 100)).toEqual(operationsOf(1, 100));
  expect(operationsOf(1, 100)).not.toEqual(operationsOf(2, 100));
});

test('no value is written twice, and every key is one of the few', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, keys) => {
      const written = operationsOf(seed, 200, { keys }).flatMap(({ f, value }) =>
        f === 'write' ? [value] : f === 'cas' ? [(value as readonly unknown[])[1]] : [],
      );
      expect(new Set(written).size).toBe(written.length);
      expect(new Set(operationsOf(seed, 200, { keys }).map(({ key }) => key)).size).toBeLessThanOrEqual(keys);
    }),
  );
});

test('guesses of compare-and-set hold now and then, and now and then do not', () => {
  const held = { yes: 0, no: 0 };
  const store = new Map<string, unknown>();
  for (const { f, key, value } of operationsOf(1, 1_000)) {
    if (f === 'write') store.set(key!, value);
    if (f !== 'cas') continue;
    const [expected, next] = value as readonly unknown[];
    const holds = (store.get(key!) ?? null) === expected;
    held[holds ? 'yes' : 'no'] += 1;
    if (holds) store.set(key!, next);
  }

  expect(held.yes).toBeGreaterThan(20);
  expect(held.no).toBeGreaterThan(20);
});

test('the final reads name every key', () => {
  expect(register({ keys: 2 }).finalReads()).toEqual([
    { f: 'read', key: 'r1', value: null },
    { f: 'read', key: 'r2', value: null },
  ]);
});

test.each([{ keys: 0 }, { ratePerSecond: 0 }, { mix: { read: 0, write: 0, cas: 0 } }, { rate: 5 }])(
  'refuses %j',
  (options) => {
    expect(() => register(options as never)).toThrow();
  },
);
