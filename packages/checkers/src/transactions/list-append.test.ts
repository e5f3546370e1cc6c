import { expect, test } from 'vitest';
import { randomOf } from '../testing/random.ts';
import { isSerialByForce } from '../testing/serial-by-force.ts';
import { historyOf } from '../testing/shorthand.ts';
import { type StoreFault, storeHistory } from '../testing/stores.ts';
import type { Level } from './levels.ts';
import { listAppend } from './list-append.ts';

const check = (level: Level, ...lines: string[]) => listAppend({ level }).check(historyOf(...lines));
const txn = (process: number, steps: string, answered = steps) => [
  `${process} invoke txn ${steps}`,
  `${process} ok txn ${answered}`,
];

test('passes a serial history', () => {
  const lines = [
    ...txn(1, '[["append",1,1]]'),
    ...txn(2, '[["r",1,null],["append",1,2]]', '[["r",1,[1]],["append",1,2]]'),
    ...txn(1, '[["r",1,[1,2]]]'),
  ];
  expect(check('strict-serializable', ...lines).verdict).toBe('pass');
});

test('is inconclusive when nothing committed', () => {
  expect(check('strict-serializable').verdict).toBe('inconclusive');
  expect(check('strict-serializable', '1 invoke txn [["append",1,1]]', '1 fail txn [["append",1,1]]').verdict).toBe(
    'inconclusive',
  );
});

test.each<[string, readonly string[], Level, Level]>([
  [
    'G0',
    [
      ...both('[["append",1,1],["append",2,1]]', '[["append",1,2],["append",2,2]]'),
      ...txn(3, '[["r",1,[1,2]],["r",2,[2,1]]]'),
    ],
    'read-uncommitted',
    'read-uncommitted',
  ],
  [
    'G1a',
    ['1 invoke txn [["append",1,1]]', '1 fail txn [["append",1,1]]', ...txn(2, '[["r",1,[1]]]')],
    'read-committed',
    'read-uncommitted',
  ],
  [
    'G1b',
    [...both('[["append",1,1],["append",1,2]]', '[["r",1,[1]]]'), ...txn(3, '[["r",1,[1,2]]]')],
    'read-committed',
    'read-uncommitted',
  ],
  ['G1c', both('[["append",1,1],["r",2,[2]]]', '[["append",2,2],["r",1,[1]]]'), 'read-committed', 'read-uncommitted'],
  ['internal', txn(1, '[["append",1,1],["r",1,[]]]'), 'read-atomic', 'read-committed'],
  [
    'fractured-read',
    [...both('[["r",1,[]],["r",2,[1]]]', '[["append",1,1],["append",2,1]]'), ...txn(3, '[["r",1,[1]],["r",2,[1]]]')],
    'read-atomic',
    'read-committed',
  ],
  [
    'fractured-read',
    [
      ...txn(1, '[["append",1,1]]'),
      ...both('[["r",1,[1]],["r",2,[1]]]', '[["append",1,2],["append",2,1]]'),
      ...txn(3, '[["r",1,[1,2]],["r",2,[1]]]'),
    ],
    'read-atomic',
    'read-committed',
  ],
  [
    'causality-violation',
    [
      ...txn(1, '[["append",1,1]]'),
      ...txn(2, '[["r",1,[1]],["append",2,1]]'),
      ...txn(3, '[["r",2,[1]],["r",1,[]]]'),
      ...txn(4, '[["r",1,[1]]]'),
    ],
    'causal',
    'read-atomic',
  ],
  [
    'G-single',
    [...both('[["r",1,[]],["append",1,1]]', '[["r",1,[]],["append",1,2]]'), ...txn(3, '[["r",1,[1,2]]]')],
    'snapshot-isolation',
    'causal',
  ],
  [
    'G2',
    [...both('[["r",1,[]],["append",2,1]]', '[["r",2,[]],["append",1,1]]'), ...txn(3, '[["r",1,[1]],["r",2,[1]]]')],
    'serializable',
    'snapshot-isolation',
  ],
  [
    'G-single-realtime',
    [...txn(1, '[["append",1,1]]'), ...txn(2, '[["r",1,[]]]'), ...txn(3, '[["r",1,[1]]]')],
    'strong-snapshot-isolation',
    'strong-session-serializable',
  ],
  ['unwritten-read', txn(1, '[["r",1,[7]]]'), 'read-uncommitted', 'read-uncommitted'],
  [
    'incompatible-order',
    [...both('[["append",1,1]]', '[["append",1,2]]'), ...txn(3, '[["r",1,[1,2]]]'), ...txn(4, '[["r",1,[2]]]')],
    'read-uncommitted',
    'read-uncommitted',
  ],
])('finds %s, and at which level it counts', (name, lines, violated, possible) => {
  const verdict = check('strict-serializable', ...lines);
  const [summary] = (verdict as unknown as { evidence: readonly { anomalies: string[]; violated: string }[] }).evidence;
  expect(summary).toMatchObject({ violated });
  expect(summary!.anomalies).toContain(name);
  expect(check(violated, ...lines).verdict).toBe('fail');
  if (possible !== violated) expect(check(possible, ...lines).verdict).toBe('pass');
});

test('explains a cycle in words', () => {
  const lines = [...txn(1, '[["append",1,1]]'), ...txn(2, '[["r",1,[]]]'), ...txn(3, '[["r",1,[1]]]')];
  expect(check('strict-serializable', ...lines)).toMatchObject({
    reason:
      'not strict-serializable (at most strong-session-serializable): G-single-realtime: T1 read 1 before T2 wrote 1 to it; T2 completed before T1 began; yet none of them can come before itself',
  });
});

test('agrees with brute force on thousands of histories of good and faulty stores', () => {
  const faults: readonly StoreFault[] = [
    'none',
    'snapshot',
    'lost-update',
    'lost-update',
    'stale-read',
    'dirty-read',
    'torn-commit',
  ];
  let bad = 0;
  for (let seed = 0; seed < 6000; seed += 1) {
    const random = randomOf(seed);
    const fault = faults[random.below(faults.length)]!;
    const shape = {
      transactions: 5 + random.below(3),
      clients: 3,
      keys: 1 + random.below(2),
      writesPerKey: 99,
      steps: 4,
    };
    const history = storeHistory({ ...shape, workload: 'list-append', fault, crashRate: 0.05, abortRate: 0.1 }, random);
    for (const level of ['strict-serializable', 'serializable'] as const) {
      const expected = isSerialByForce(history, level === 'strict-serializable');
      const { verdict } = listAppend({ level }).check(history);
      if (!expected && level === 'strict-serializable') bad += 1;
      if (verdict !== 'inconclusive')
        expect({ seed, level, verdict }).toEqual({ seed, level, verdict: expected ? 'pass' : 'fail' });
    }
  }
  expect(bad).toBeGreaterThan(1200);
});

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
    const of = (which: StoreFault) => storeHistory({ ...shape, workload: 'list-append', fault: which }, randomOf(seed));
    expect(listAppend({ level }).check(of(fault)).verdict).toBe('fail');
    expect(listAppend({ level }).check(of('none')).verdict).toBe('pass');
  }
});

/** Two transactions that overlap in time. */
function both(one: string, other: string): readonly string[] {
  return [`1 invoke txn ${one}`, `2 invoke txn ${other}`, `1 ok txn ${one}`, `2 ok txn ${other}`];
}

test('is inconclusive when its budget is used up, unless it found something by then', () => {
  const give = (fault: StoreFault) =>
    storeHistory(
      { workload: 'list-append', fault, transactions: 500, clients: 5, keys: 3, writesPerKey: 20, steps: 3 },
      randomOf(1),
    );
  expect(listAppend({ budget: { steps: 1 } }).check(give('none'))).toEqual({
    verdict: 'inconclusive',
    reason: 'the search took more than 1 steps',
  });
  expect(listAppend({ budget: { timeMs: 10, nowMs: clockOf(6) } }).check(give('stale-read'))).toMatchObject({
    verdict: 'inconclusive',
    reason: 'the search took longer than 10 ms',
  });
  expect(listAppend({ budget: { steps: 1e6 } }).check(give('stale-read')).verdict).toBe('fail');
});

/** A clock on which so many milliseconds pass between any two looks at it. */
function clockOf(stepMs: number): () => number {
  let ms = 0;
  return () => {
    ms += stepMs;
    return ms;
  };
}
