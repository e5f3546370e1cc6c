import { expect, test } from 'vitest';
import type { History, Json, OperationEvent } from '../history/history.ts';
import { type Random, randomOf } from '../testing/random.ts';
import { isSerialByForce } from '../testing/serial-by-force.ts';
import { historyOf } from '../testing/shorthand.ts';
import { type StoreFault, storeHistory } from '../testing/stores.ts';
import type { Level } from './levels.ts';
import { rwRegister } from './rw-register.ts';

const check = (level: Level, ...lines: string[]) => rwRegister({ level }).check(historyOf(...lines));
const txn = (process: number, steps: string, answered = steps) => [
  `${process} invoke txn ${steps}`,
  `${process} ok txn ${answered}`,
];

test('passes a serial history', () => {
  const lines = [...txn(1, '[["w",1,1]]'), ...txn(2, '[["r",1,1],["w",1,2]]'), ...txn(1, '[["r",1,2]]')];
  expect(check('strict-serializable', ...lines).verdict).toBe('pass');
});

test('does not judge what belongs to another workload', () => {
  expect(check('strict-serializable', ...txn(1, '[["append",1,1]]'))).toMatchObject({ verdict: 'inconclusive' });
});

test('is inconclusive when nothing committed', () => {
  expect(check('strict-serializable').verdict).toBe('inconclusive');
  expect(check('strict-serializable', '1 invoke txn [["w",1,1]]', '1 fail txn [["w",1,1]]').verdict).toBe(
    'inconclusive',
  );
});

test.each<[string, readonly string[], Level, Level]>([
  [
    'G1a',
    ['1 invoke txn [["w",1,1]]', '1 fail txn [["w",1,1]]', ...txn(2, '[["r",1,1]]')],
    'read-committed',
    'read-uncommitted',
  ],
  ['G1b', both('[["w",1,1],["w",1,2]]', '[["r",1,1]]'), 'read-committed', 'read-uncommitted'],
  ['G1c', both('[["w",1,1],["r",2,2]]', '[["w",2,2],["r",1,1]]'), 'read-committed', 'read-uncommitted'],
  ['internal', txn(1, '[["w",1,1],["r",1,null]]'), 'read-atomic', 'read-committed'],
  ['unwritten-read', txn(1, '[["r",1,7]]'), 'read-uncommitted', 'read-uncommitted'],
  ['fractured-read', both('[["w",1,1],["w",2,1]]', '[["r",1,1],["r",2,null]]'), 'read-atomic', 'read-committed'],
  [
    'causality-violation',
    [
      ...txn(1, '[["w",1,1]]'),
      ...txn(2, '[["r",1,1],["w",2,1]]'),
      ...txn(3, '[["r",2,1]]'),
      ...txn(3, '[["r",1,null]]'),
    ],
    'causal',
    'read-atomic',
  ],
  ['lost-update', both('[["r",1,null],["w",1,1]]', '[["r",1,null],["w",1,2]]'), 'snapshot-isolation', 'causal'],
  ['G2', both('[["r",1,null],["w",2,1]]', '[["r",2,null],["w",1,1]]'), 'serializable', 'snapshot-isolation'],
  [
    'G-single-realtime',
    [...txn(1, '[["w",1,1]]'), ...txn(2, '[["r",1,null]]')],
    'strong-snapshot-isolation',
    'strong-session-serializable',
  ],
])('finds %s, and at which level it counts', (name, lines, violated, possible) => {
  const verdict = check('strict-serializable', ...lines);
  const [summary] = (verdict as unknown as { evidence: readonly { anomalies: string[]; violated: string }[] }).evidence;
  expect(summary).toMatchObject({ violated });
  expect(summary!.anomalies).toContain(name);
  expect(check(violated, ...lines).verdict).toBe('fail');
  if (possible !== violated) expect(check(possible, ...lines).verdict).toBe('pass');
});

test('agrees with brute force on thousands of histories of good and faulty stores', () => {
  const faults: readonly StoreFault[] = ['none', 'lost-update', 'stale-read', 'dirty-read', 'torn-commit', 'snapshot'];
  let bad = 0;
  for (let seed = 0; seed < 3000; seed += 1) {
    const random = randomOf(seed);
    const fault = faults[random.below(faults.length)]!;
    const shape = { transactions: 4 + random.below(3), clients: 3, keys: 2, writesPerKey: 99, steps: 3 };
    const store = storeHistory({ ...shape, workload: 'rw-register', fault, crashRate: 0.03, abortRate: 0.1 }, random);
    const history = random.chance(0.5) ? store : misread(store, random);
    for (const level of ['strict-serializable', 'serializable'] as const) {
      const expected = isSerialByForce(history, level === 'strict-serializable');
      const { verdict } = rwRegister({ level }).check(history);
      if (!expected && level === 'strict-serializable') bad += 1;
      if (verdict !== 'inconclusive' || !expected) {
        expect({ seed, level, verdict }).toEqual({ seed, level, verdict: expected ? 'pass' : 'fail' });
      }
    }
  }
  expect(bad).toBeGreaterThan(600);
});

/** One read answered with another value that the key has had or will have. */
function misread(history: History, random: Random): History {
  const events = [...history.events] as OperationEvent[];
  const answers = events.filter(({ type, value }) => type === 'ok' && (value as Json[][]).some(([f]) => f === 'r'));
  const victim = answers[random.below(answers.length)];
  if (victim === undefined) return history;
  const steps = (victim.value as [string, Json, Json][]).map(([f, key, value]) =>
    f === 'r' ? [f, key, [null, 1, 2][random.below(3)]!] : [f, key, value],
  );
  events[victim.index] = { ...victim, value: steps };
  return { events };
}

test.each<[StoreFault, Level]>([
  ['snapshot', 'serializable'],
  ['lost-update', 'snapshot-isolation'],
  ['stale-read', 'strict-serializable'],
  ['dirty-read', 'read-committed'],
  ['torn-commit', 'snapshot-isolation'],
])('finds the fault of a store with %s, and none in a good one', (fault, level) => {
  for (let seed = 0; seed < 10; seed += 1) {
    const shape = {
      transactions: 600,
      clients: 10,
      keys: 4,
      writesPerKey: 30,
      steps: 4,
      abortRate: 0.05,
      crashRate: 0.02,
    };
    const of = (which: StoreFault) => storeHistory({ ...shape, workload: 'rw-register', fault: which }, randomOf(seed));
    expect(rwRegister({ level }).check(of(fault)).verdict).toBe('fail');
    expect(rwRegister({ level }).check(of('none')).verdict).toBe('pass');
  }
});

/** Two transactions that overlap in time. */
function both(one: string, other: string): readonly string[] {
  return [`1 invoke txn ${one}`, `2 invoke txn ${other}`, `1 ok txn ${one}`, `2 ok txn ${other}`];
}

test('is inconclusive when its budget is used up', () => {
  const shape = { transactions: 500, clients: 5, keys: 3, writesPerKey: 20, steps: 3 };
  const history = storeHistory({ ...shape, workload: 'rw-register', fault: 'none' }, randomOf(1));
  expect(rwRegister({ budget: { steps: 10 } }).check(history)).toEqual({
    verdict: 'inconclusive',
    reason: 'the search took more than 10 steps',
  });
  expect(rwRegister({ budget: { steps: 1e6 } }).check(history).verdict).toBe('pass');
});
