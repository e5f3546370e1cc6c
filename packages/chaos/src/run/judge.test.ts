import { type Checker, fail, inconclusive, pass } from '@qflow/checkers';
import { expect, test } from 'vitest';
import type { FaultRecord } from '../result/result.ts';
import { StoppedForSafety } from '../safety/monitor.ts';
import { Interrupted } from './interrupted.ts';
import { type Findings, judge } from './judge.ts';
import { NotSteady } from './stage.ts';

const holds: Checker = { name: 'holds', check: () => pass() };
const broken: Checker = { name: 'broken', check: () => fail('n1 and n2 disagree', [{ node: 'n1' }]) };
const silent: Checker = { name: 'silent', check: () => inconclusive('nothing to judge') };
const slow: Checker = { name: 'slow', timing: true, check: () => fail('it took 9 s', []) };
const crashing: Checker = {
  name: 'crashing',
  check() {
    throw new Error('out of memory');
  },
};

const fault: FaultRecord = {
  fault: 'crash',
  description: 'kill the leader with SIGKILL',
  nodes: ['n1'],
  asked: {},
  effective: {},
  injectedAtMs: 1,
  healedAtMs: 2,
  proof: { proved: true },
  healed: { proved: true },
};
const unproved: FaultRecord = { ...fault, proof: { proved: false, reason: 'n1 is running' } };
const unhealed: FaultRecord = { ...fault, healed: { proved: false, reason: 'n1 is gone' } };
const left = { kind: 'process', what: 'n1 is paused', remedy: 'resume it' };
const safety = new StoppedForSafety({ stop: 'deadline', windows: 3 }, 'harm has lasted too long');

const verdictOf = (checks: readonly Checker[], more: Partial<Findings> = {}) =>
  judge({
    experiment: { checks },
    history: { events: [] },
    isControlRun: false,
    faults: [fault],
    recovery: { isRecovered: true, tookMs: 10, reachedAfterMs: {} },
    residue: [],
    starvation: null,
    cut: undefined,
    ...more,
  });

test('passes when every check holds and every fault is proved and healed', () => {
  expect(verdictOf([holds])).toMatchObject({
    verdict: 'pass',
    reason: 'holds, back-to-steady-state hold under 1 proved fault',
  });
});

test.each<[string, readonly Checker[], Partial<Findings>, string, string]>([
  ['a violation', [holds, broken], {}, 'fail', 'broken: n1 and n2 disagree'],
  ['a violation under unproved harm', [broken], { faults: [unproved] }, 'fail', 'broken'],
  ['a violation in a run that was aborted', [broken], { cut: safety }, 'fail', 'broken'],
  ['a violation on a starved host', [broken], { starvation: '9000 ms without running' }, 'fail', 'broken'],
  ['residue', [holds], { residue: [left] }, 'fail', 'something was left behind: n1 is paused'],
  ['an abort', [holds, silent], { cut: safety }, 'aborted', 'stopped for safety: harm has lasted too long'],
  ['Ctrl-C', [holds], { cut: new Interrupted('SIGINT') }, 'aborted', 'SIGINT'],
  ['no steady state', [silent], { cut: new NotSteady('n2 did not serve') }, 'inconclusive', 'no steady state: n2'],
  ['a framework that failed', [holds], { cut: new Error('oops') }, 'inconclusive', 'oops'],
  ['unproved harm', [holds], { faults: [fault, unproved] }, 'inconclusive', 'harm was not proved: kill the leader'],
  ['unproved healing', [holds], { faults: [unhealed] }, 'inconclusive', 'healing was not proved'],
  ['silence', [holds, silent], {}, 'inconclusive', 'silent: nothing to judge'],
  ['a checker that crashes', [holds, crashing], {}, 'inconclusive', 'the checker crashed: out of memory'],
  ['a missed bound', [slow], {}, 'fail', 'slow: it took 9 s'],
  [
    'a missed bound on a starved host',
    [slow],
    { starvation: '9000 ms without running' },
    'inconclusive',
    'the host was starved',
  ],
  ['a missed bound in a run that was cut short', [slow], { cut: new Error('x') }, 'inconclusive', 'cut short'],
])('%s', (_, checks, findings, verdict, reason) => {
  expect(verdictOf(checks, findings)).toMatchObject({ verdict, reason: expect.stringContaining(reason) });
});

test('a system that does not come back within the bound fails', () => {
  const recovery = { isRecovered: false, missing: 'n3 does not answer', withinMs: 500, reachedAfterMs: {} } as const;

  expect(verdictOf([holds], { recovery })).toMatchObject({
    verdict: 'fail',
    reason: 'back-to-steady-state: 500 ms after the healing n3 does not answer',
  });
  expect(verdictOf([holds], { recovery, starvation: '9000 ms without running' })).toMatchObject({
    verdict: 'inconclusive',
  });
});

test('a control run passes on safety alone, and says that it was one', () => {
  const timed: Checker = { ...silent, timing: true };

  expect(verdictOf([holds, timed], { isControlRun: true, faults: [] })).toMatchObject({
    verdict: 'pass',
    reason: expect.stringContaining('control run'),
  });
});
