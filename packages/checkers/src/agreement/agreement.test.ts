import fc from 'fast-check';
import { expect, test } from 'vitest';
import { historyOf } from '../testing/shorthand.ts';
import { agreement } from './agreement.ts';

const finalized = (node: string, height: number, digest: string, stateRoot = 's') =>
  `${node} finalized ${JSON.stringify({ height, view: height, digest, stateRoot })}`;

test('fails with both reports when one height holds two blocks', () => {
  const history = historyOf(finalized('n1', 1, 'a'), finalized('n2', 1, 'b'));

  expect(agreement().check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'n1 and n2 finalised different blocks at height 1',
    evidence: [{ node: 'n1' }, { node: 'n2' }],
  });
});

test('fails when one block leads to two states', () => {
  const history = historyOf(finalized('n1', 1, 'a', 's'), finalized('n2', 1, 'a', 't'));
  expect(agreement().check(history)).toMatchObject({ reason: 'n1 and n2 hold different states at height 1' });
});

test('fails when an honest node halts on the proof that two chains were certified, and on no other word of it', () => {
  const halts = (node: string) => `${node} halted ${JSON.stringify({ reason: 'two-chains' })}`;

  expect(agreement().check(historyOf(finalized('n1', 1, 'a'), halts('n2')))).toMatchObject({
    verdict: 'fail',
    reason: 'n2 halted: two-chains',
    evidence: [{ node: 'n2', event: 'halted' }],
  });
  expect(agreement().check(historyOf(finalized('n1', 1, 'a'), halts('~n2'))).verdict).toBe('pass');
});

test('does not listen to a lying node', () => {
  const history = historyOf(finalized('n1', 1, 'a'), finalized('~n2', 1, 'b'));
  expect(agreement().check(history).verdict).toBe('pass');
});

test('is inconclusive about a silent cluster, and about reports that say nothing', () => {
  expect(agreement().check(historyOf()).verdict).toBe('inconclusive');
  expect(agreement().check(historyOf('n1 finalized {"height":1}'))).toMatchObject({ verdict: 'inconclusive' });
});

test('passes for every interleaving of agreeing nodes, and for none with one that strays', () => {
  const agreeing = ['n1', 'n2', 'n3'].flatMap((node) =>
    [1, 2, 3].map((height) => finalized(node, height, `b${height}`)),
  );
  const anyOrder = fc.shuffledSubarray(agreeing, { minLength: 1 });
  fc.assert(fc.property(anyOrder, (lines) => agreement().check(historyOf(...lines)).verdict === 'pass'));

  const place = fc.nat(agreeing.length);
  fc.assert(
    fc.property(fc.shuffledSubarray(agreeing, { minLength: agreeing.length }), place, (lines, at) => {
      const strayed = lines.toSpliced(at, 0, finalized('n4', 2, 'other'));
      return agreement().check(historyOf(...strayed)).verdict === 'fail';
    }),
  );
});
