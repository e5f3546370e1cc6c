import { expect, test } from 'vitest';
import type { Checker } from '../checker.ts';
import { convergence } from '../convergence/convergence.ts';
import { mergeLaws } from '../convergence/merge-laws.ts';
import { fencing } from '../exclusion/fencing.ts';
import { linearizable } from '../linearizability/linearizable.ts';
import { counter } from '../linearizability/models/counter.ts';
import type { Model } from '../linearizability/models/model.ts';
import { lied } from '../testing/lies.ts';
import { linearizableHistory } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { historyOf } from '../testing/shorthand.ts';
import { bank } from '../transactions/bank.ts';
import { longFork } from '../transactions/long-fork.ts';
import { causalOrder, deliveredToAll } from './causal-order.ts';
import { counterBounds } from './counter-bounds.ts';
import { exactlyOnce } from './exactly-once.ts';
import { setFull } from './set-full.ts';
import { totalQueue } from './total-queue.ts';
import { uniqueIdentifiers } from './unique-identifiers.ts';

const did = (process: number, f: string, asked: string, answer = asked) => [
  `${process} invoke ${f} ${asked}`.trim(),
  `${process} ok ${f} ${answer}`.trim(),
];
const add = did(1, 'add', '1');
const replica = (node: string, delivered: number, digest: string) =>
  `${node} replica ${JSON.stringify({ document: 'd', delivered, digest })}`;
const delivered = (node: string, id: string, sender: string, clock: object) =>
  `${node} delivered ${JSON.stringify({ id, sender, clock })}`;
const applied = (node: string, id: string, height: number) => `${node} applied ${JSON.stringify({ id, height })}`;

test.each<[string, Checker, readonly string[], readonly string[], string]>([
  [
    'set-full: a lost element',
    setFull(),
    [...add, ...did(2, 'read', '', '[1]')],
    [...add, ...did(2, 'read', '', '[1]'), ...did(2, 'read', '', '[]')],
    '1 was lost',
  ],
  [
    'set-full: an element never acknowledged, then seen, then lost',
    setFull(),
    [...add, ...did(2, 'read', '', '[1]')],
    ['1 invoke add 1', ...did(2, 'read', '', '[1]'), ...did(2, 'read', '', '[]')],
    '1 was lost',
  ],
  [
    'set-full: a stale read',
    setFull(),
    [...add, ...did(2, 'read', '', '[1]')],
    [...add, ...did(2, 'read', '', '[]'), ...did(2, 'read', '', '[1]')],
    '1 was missed by a read that began after it was there',
  ],
  [
    'set-full: an element twice',
    setFull(),
    [...add, ...did(2, 'read', '', '[1]')],
    [...add, ...did(2, 'read', '', '[1,1]')],
    'a read returned an element twice',
  ],
  [
    'set-full: an element out of nothing',
    setFull(),
    [...add, ...did(2, 'read', '', '[1]')],
    [...add, ...did(2, 'read', '', '[1,2]')],
    'a read returned 2, which nobody added',
  ],
  [
    'total-queue: a lost item',
    totalQueue(),
    [...did(1, 'enqueue', '1'), ...did(1, 'drain', '', '[1]')],
    [...did(1, 'enqueue', '1'), ...did(2, 'enqueue', '2'), ...did(1, 'drain', '', '[2]')],
    '1 items were lost, 1 the first',
  ],
  [
    'total-queue: an item twice',
    totalQueue(),
    [...did(1, 'enqueue', '1'), ...did(1, 'dequeue', '', '1'), ...did(1, 'dequeue', '', 'null')],
    [...did(1, 'enqueue', '1'), ...did(1, 'dequeue', '', '1'), ...did(2, 'dequeue', '', '1')],
    '1 came out twice',
  ],
  [
    'unique-identifiers',
    uniqueIdentifiers(),
    [...did(1, 'generate', '', '1'), ...did(1, 'generate', '', '2')],
    [...did(1, 'generate', '', '1'), ...did(2, 'generate', '', '1')],
    '1 was given out twice',
  ],
  [
    'counter-bounds',
    counterBounds(),
    [...did(1, 'add', '2'), ...did(1, 'read', '', '2')],
    [...did(1, 'add', '2'), ...did(1, 'read', '', '1')],
    'a read returned 1, which must be from 2 to 2',
  ],
  [
    'exactly-once',
    exactlyOnce(),
    [applied('n1', 'a', 1), applied('n2', 'a', 1)],
    [applied('n1', 'a', 1), applied('n1', 'a', 2)],
    '"a" took effect at height 1 and again at height 2',
  ],
  [
    'convergence: same updates, other state',
    convergence(),
    [replica('n1', 1, 'x'), replica('n2', 1, 'x')],
    [replica('n1', 1, 'x'), replica('n2', 1, 'y')],
    'n1 and n2 took in the same updates of "d" and differ',
  ],
  [
    'convergence: in the end',
    convergence(),
    [replica('n1', 1, 'x'), replica('n2', 2, 'y'), replica('n1', 2, 'y')],
    [replica('n1', 1, 'x'), replica('n2', 2, 'y')],
    'n1 and n2 end with different states of "d"',
  ],
  [
    'causal-order',
    causalOrder(),
    [delivered('n1', 'a', 's', { s: 1 }), delivered('n1', 'b', 't', { s: 1, t: 1 })],
    [delivered('n1', 'b', 't', { s: 1, t: 1 })],
    'n1 delivered message "b" before message 1 of s, which came before it',
  ],
  [
    'causal-order: twice',
    causalOrder(),
    [delivered('n1', 'a', 's', { s: 1 })],
    [delivered('n1', 'a', 's', { s: 1 }), delivered('n1', 'a', 's', { s: 1 })],
    'n1 delivered message "a" twice or after a later one of s',
  ],
  [
    'delivered-to-all',
    deliveredToAll(),
    ['n1 broadcast {"id":"a"}', 'n1 delivered {"id":"a"}', 'n2 delivered {"id":"a"}'],
    ['n1 broadcast {"id":"a"}', 'n1 delivered {"id":"a"}', 'n2 started'],
    'n2 never delivered message "a" of n1',
  ],
  [
    'fencing',
    fencing(),
    [...did(1, 'guarded-write', '{"token":1}'), ...did(2, 'guarded-write', '{"token":2}')],
    [...did(1, 'guarded-write', '{"token":2}'), ...did(2, 'guarded-write', '{"token":1}')],
    'a write with token 1 was accepted after one with token 2',
  ],
  [
    'bank',
    bank(),
    [...did(1, 'read', '', '{"a":5,"b":5}'), ...did(1, 'read', '', '{"a":4,"b":6}')],
    [
      ...did(1, 'read', '', '{"a":5,"b":5}'),
      ...did(1, 'read', '', '{"a":5,"b":5}'),
      ...did(2, 'read', '', '{"a":4,"b":5}'),
    ],
    'the balances add up to 9, not to 10 (process 2)',
  ],
  [
    'long-fork',
    longFork(),
    [...did(1, 'txn', '[["r","x",1],["r","y",null]]'), ...did(1, 'txn', '[["r","y",1],["r","x",1]]')],
    [...did(1, 'txn', '[["r","x",1],["r","y",null]]'), ...did(1, 'txn', '[["r","x",null],["r","y",1]]')],
    'one reader saw',
  ],
])('%s: passes the good, fails the bad, leaves the empty open', (_, checker, good, bad, reason) => {
  expect(checker.check(historyOf(...good))).toMatchObject({ verdict: 'pass' });
  const verdict = checker.check(historyOf(...bad));
  expect(verdict).toMatchObject({ verdict: 'fail' });
  expect(verdict.verdict === 'fail' && verdict.reason).toContain(reason);
  expect(checker.check(historyOf())).toMatchObject({ verdict: 'inconclusive' });
});

test('an overlapping guarded write may come in either order', () => {
  const lines = ['1 invoke guarded-write {"token":2}', '2 invoke guarded-write {"token":1}'];
  const ends = ['1 ok guarded-write {"token":2}', '2 ok guarded-write {"token":1}'];
  expect(fencing().check(historyOf(...lines, ...ends)).verdict).toBe('pass');
});

test('counter bounds never fail what is linearizable, and always name something that is not', () => {
  const script = {
    initial: 0 as never,
    ask: (random: ReturnType<typeof randomOf>) =>
      random.chance(0.5) ? { f: 'add', value: random.below(5) - 2 } : { f: 'read', value: null },
    act: (state: number, f: string, value: unknown) =>
      f === 'read' ? { state, answer: state } : { state: state + (value as number), answer: value as number },
  };
  for (let seed = 0; seed < 1000; seed += 1) {
    const random = randomOf(seed);
    const good = linearizableHistory(script as never, { operations: 12, clients: 4, crashRate: 0.1 }, random);
    expect(counterBounds().check(good).verdict).not.toBe('fail');
    const bad = lied(good, 4, random);
    const exact = linearizable({ model: counter() as Model }).check(bad).verdict;
    if (counterBounds().check(bad).verdict === 'fail') expect(exact).toBe('fail');
  }
});

test('merge laws hold for the union of sets and fail for the last writer', () => {
  const states = [['a'], ['b'], ['a', 'c'], []];
  const identity = (state: readonly string[]) => [...state].sort().join();
  const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
  expect(mergeLaws({ states, identity, merge: union }).verdict).toBe('pass');
  expect(mergeLaws({ states, identity, merge: (_, other) => other })).toMatchObject({
    verdict: 'fail',
    reason: 'merging two states depends on which comes first',
  });
  expect(mergeLaws({ states: [], identity, merge: union }).verdict).toBe('inconclusive');
});
