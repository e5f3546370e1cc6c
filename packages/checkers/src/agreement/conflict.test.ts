import fc from 'fast-check';
import { expect, test } from 'vitest';
import { historyOf } from '../testing/shorthand.ts';
import { consistentCertificates } from './consistent-certificates.ts';
import { consistentVotes } from './consistent-votes.ts';

const vote = (node: string, kind: string, view: number, digest?: string) =>
  `${node} vote ${JSON.stringify({ kind, view, digest })}`;
const certificate = (node: string, kind: string, view: number, digest?: string) =>
  `${node} certificate ${JSON.stringify({ kind, view, digest })}`;

test('fails when a node notarises two blocks in one view', () => {
  const history = historyOf(vote('n1', 'notarize', 4, 'a'), vote('n1', 'notarize', 4, 'b'));
  expect(consistentVotes().check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'n1 voted to notarize and to notarize in view 4',
    evidence: [{ value: { digest: 'a' } }, { value: { digest: 'b' } }],
  });
});

test('fails when a node gives a view up and finalises it, in either order', () => {
  const lines = [vote('n1', 'nullify', 4), vote('n1', 'finalize', 4, 'a')];
  expect(consistentVotes().check(historyOf(...lines)).verdict).toBe('fail');
  expect(consistentVotes().check(historyOf(...lines.toReversed())).verdict).toBe('fail');
});

test('allows to notarise a view and then give it up, and to repeat a vote', () => {
  const history = historyOf(
    vote('n1', 'notarize', 4, 'a'),
    vote('n1', 'nullify', 4),
    vote('n1', 'notarize', 4, 'a'),
    vote('n2', 'notarize', 4, 'b'),
  );
  expect(consistentVotes().check(history)).toEqual({ verdict: 'pass' });
});

test('allows a lying node to contradict itself', () => {
  const history = historyOf(vote('~n1', 'notarize', 4, 'a'), vote('~n1', 'notarize', 4, 'b'), vote('n2', 'nullify', 1));
  expect(consistentVotes().check(history).verdict).toBe('pass');
});

test('fails when two nodes hold certificates that exclude each other', () => {
  const notarised = historyOf(certificate('n1', 'notarize', 2, 'a'), certificate('n2', 'notarize', 2, 'b'));
  expect(consistentCertificates().check(notarised)).toMatchObject({
    reason: 'view 2 has a certificate to notarize at n1 and one to notarize at n2',
  });
  const finalised = historyOf(certificate('n1', 'nullify', 2), certificate('n2', 'finalize', 2, 'a'));
  expect(consistentCertificates().check(finalised).verdict).toBe('fail');
});

test('is inconclusive about silence and about votes that name nothing', () => {
  expect(consistentVotes().check(historyOf()).verdict).toBe('inconclusive');
  expect(consistentCertificates().check(historyOf()).verdict).toBe('inconclusive');
  expect(consistentVotes().check(historyOf('n1 vote {"kind":"notarize","view":1}')).verdict).toBe('inconclusive');
});

test('passes for every order of the votes of honest nodes', () => {
  const lines = ['n1', 'n2', 'n3'].flatMap((node) => [
    vote(node, 'notarize', 1, 'a'),
    vote(node, 'finalize', 1, 'a'),
    vote(node, 'notarize', 2, 'b'),
    vote(node, 'nullify', 2),
  ]);
  const anyOrder = fc.shuffledSubarray(lines, { minLength: 1 });
  fc.assert(fc.property(anyOrder, (order) => consistentVotes().check(historyOf(...order)).verdict === 'pass'));
});
