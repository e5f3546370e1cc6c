import { expect, test } from 'vitest';
import type { History } from '../history/history.ts';
import { isLinearizableByForce, registerOracle } from '../testing/brute-force.ts';
import { linearizableHistory, registerScript, withLies } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { historyOf } from '../testing/shorthand.ts';
import { linearizable } from './linearizable.ts';

const verdictOf = (history: History) => linearizable().check(history).verdict;

test('passes when a read overlaps the write that it sees', () => {
  const history = historyOf('1 invoke write 1', '2 invoke read', '2 ok read 1', '1 ok write 1');
  expect(verdictOf(history)).toBe('pass');
});

test('fails on a stale read, with the operations that show it and no others', () => {
  const history = historyOf(
    '1 invoke write 1',
    '1 ok write 1',
    '3 invoke read',
    '3 ok read 1',
    '1 invoke write 2',
    '1 ok write 2',
    '2 invoke read',
    '2 ok read 1',
    '3 invoke read',
    '3 ok read 2',
  );
  const verdict = linearizable().check(history);
  expect(verdict).toMatchObject({ verdict: 'fail' });
  expect(verdict.verdict === 'fail' && verdict.evidence.every(({ process }) => process === 1 || process === 2)).toBe(
    true,
  );
});

test('says what the state could have been when a swap cannot have happened', () => {
  const history = historyOf('1 invoke write 1', '1 ok write 1', '2 invoke cas [2,3]', '2 ok cas [2,3]');
  expect(linearizable().check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'no order of the operations explains "cas 2 → 3" by process 2, when the state could only be 1',
  });
});

test('lets a crashed write take effect at any later time, once', () => {
  const lines = [
    '1 invoke write 1',
    '1 info write 1',
    '2 invoke read',
    '2 ok read null',
    '2 invoke read',
    '2 ok read 1',
  ];
  expect(verdictOf(historyOf(...lines))).toBe('pass');
  expect(verdictOf(historyOf(...lines, '2 invoke read', '2 ok read null'))).toBe('fail');
});

test('ignores a refused write, and fails when it is seen', () => {
  const lines = ['1 invoke write 1', '1 fail write 1', '2 invoke read'];
  expect(verdictOf(historyOf(...lines, '2 ok read null'))).toBe('pass');
  expect(verdictOf(historyOf(...lines, '2 ok read 1'))).toBe('fail');
});

test('judges each key apart, and names the one that is wrong', () => {
  const history = historyOf(
    '1 invoke write x=1',
    '1 ok write x=1',
    '1 invoke read y=',
    '1 ok read y=null',
    '2 invoke read x=',
    '2 ok read x=7',
  );
  expect(linearizable().check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'no order of the operations of "x" explains them: a read returned 7, which nobody wrote',
  });
});

test('leaves out operations that a register does not know', () => {
  const others = ['3 invoke enqueue 1', '3 ok enqueue 1', '3 invoke txn [["r",1,null]]', '3 ok txn [["r",1,[1]]]'];
  expect(verdictOf(historyOf(...others))).toBe('inconclusive');
  expect(verdictOf(historyOf('1 invoke write 1', '1 ok write 1', ...others, '1 invoke read', '1 ok read 1'))).toBe(
    'pass',
  );
});

test('is inconclusive about silence', () => {
  expect(verdictOf(historyOf())).toBe('inconclusive');
  expect(verdictOf(historyOf('1 invoke write 1', '1 info write 1'))).toBe('inconclusive');
});

test('takes a refused swap as a sign of another value only when told to', () => {
  const history = historyOf('1 invoke write 1', '1 ok write 1', '2 invoke cas [1,2]', '2 fail cas [1,2]');
  expect(verdictOf(history)).toBe('pass');
  expect(linearizable({ refusedCas: 'differs' }).check(history).verdict).toBe('fail');
});

test('is inconclusive with the decided prefix when its budget is used up', () => {
  const history = linearizableHistory(registerScript(5, { cas: true }), { operations: 2000, clients: 20 }, randomOf(1));
  const verdict = linearizable({ budget: { steps: 1000 } }).check(history);
  expect(verdict).toMatchObject({ verdict: 'inconclusive', reason: 'the search took more than 1000 steps' });
  expect(verdict.verdict === 'inconclusive' && verdict.decided!.events).toBeGreaterThan(0);
});

test.each([
  ['reads and writes of few values', registerScript(2)],
  ['reads and writes of unique values', registerScript(0, { unique: true })],
  ['swaps among few values', registerScript(3, { cas: true })],
])('agrees with brute force on thousands of histories of %s', (_, script) => {
  let bad = 0;
  for (let seed = 0; seed < 5000; seed += 1) {
    const random = randomOf(seed);
    const shape = { operations: 5 + random.below(9), clients: 1 + random.below(4), crashRate: random.below(3) * 0.1 };
    const history = withLies(linearizableHistory(script, shape, random), random.below(6), random);
    const expected = isLinearizableByForce(history, null, registerOracle);
    const verdict = verdictOf(history);
    if (!expected) bad += 1;
    if (verdict !== 'inconclusive' || !expected)
      expect({ seed, verdict }).toEqual({ seed, verdict: expected ? 'pass' : 'fail' });
  }
  expect(bad).toBeGreaterThan(1000);
});
