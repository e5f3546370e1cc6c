import type { ExperimentResult } from '@qflow/chaos';
import { historyFrom } from '@qflow/checkers';
import { experimentCatalogue } from '@qflow/suites';
import { expect, test } from 'vitest';
import { brokenNodeNamed } from '../broken-nodes/named.ts';
import { detections } from './catalogue.ts';
import { caughtBy } from './detection.ts';
import { experimentNamed } from './measure.ts';

const check = (name: string, verdict: 'pass' | 'fail' | 'inconclusive') => ({ name, verdict, evidence: [] });
const result = (verdict: ExperimentResult['verdict'], ...checks: ReturnType<typeof check>[]) => ({ verdict, checks });
const halted = (reason: string, honest = true) =>
  historyFrom([{ index: 0, type: 'event', node: 'n1', event: 'halted', value: { reason }, honest, time: 0 }]);
const silent = historyFrom([]);
const detection = {
  by: ['agreement'],
  orStops: { by: ['recovered'], event: 'halted', reason: 'another chain' },
};

test('every experiment that ships has a broken node to catch, and every check named exists there', () => {
  expect([...new Set(detections.map(({ experiment }) => experiment))].sort()).toEqual(
    experimentCatalogue.map(({ name }) => name).sort(),
  );
  for (const { experiment, brokenNode, by, orStops } of detections) {
    const known = ['back-to-steady-state', ...experimentNamed(experiment).checks.map(({ name }) => name)];
    expect(known).toEqual(expect.arrayContaining([...by, ...(orStops?.by ?? [])]));
    expect(brokenNodeNamed(brokenNode).name).toBe(brokenNode);
  }
});

test('a failed check that sees what is broken has caught it', () => {
  const failed = result('fail', check('agreement', 'fail'), check('recovered', 'fail'));

  expect(caughtBy(detection, failed, silent)).toEqual(['agreement']);
});

test('a failure for another reason has caught nothing', () => {
  const late = result('fail', check('agreement', 'pass'), check('recovered', 'fail'));

  expect(caughtBy(detection, late, silent)).toEqual([]);
  expect(caughtBy(detection, late, halted('the disk is full'))).toEqual([]);
  expect(caughtBy(detection, late, halted('another chain', false))).toEqual([]);
  expect(caughtBy({ by: ['agreement'] }, late, halted('another chain'))).toEqual([]);
});

test('a cluster that serves no more has caught it where its nodes say that they stopped for what is broken', () => {
  const stopped = result('fail', check('agreement', 'pass'), check('recovered', 'fail'));

  expect(caughtBy(detection, stopped, halted('view 2 is final on another chain'))).toEqual(['recovered']);
});

test('an experiment that did not fail has caught nothing', () => {
  expect(caughtBy(detection, result('inconclusive', check('agreement', 'inconclusive')), silent)).toEqual([]);
});

test('a broken node that does not exist is refused, with those that do', () => {
  expect(() => brokenNodeNamed('nonsense')).toThrow(/no broken node "nonsense"\. Known are double-vote/);
});
