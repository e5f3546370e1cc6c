import type { ExperimentResult } from '@qflow/chaos';
import { experimentCatalogue } from '@qflow/suites';
import { expect, test } from 'vitest';
import { brokenNodeNamed } from '../broken-nodes/named.ts';
import { detections } from './catalogue.ts';
import { caughtBy } from './detection.ts';
import { experimentNamed } from './measure.ts';

const check = (name: string, verdict: 'pass' | 'fail' | 'inconclusive') => ({ name, verdict, evidence: [] });
const result = (verdict: ExperimentResult['verdict'], ...checks: ReturnType<typeof check>[]) => ({ verdict, checks });
const detection = { by: ['agreement'] };

test('every experiment that ships has a broken node to catch, and every check named exists there', () => {
  expect([...new Set(detections.map(({ experiment }) => experiment))].sort()).toEqual(
    experimentCatalogue.map(({ name }) => name).sort(),
  );
  for (const { experiment, brokenNode, by } of detections) {
    const known = experimentNamed(experiment).checks.map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining([...by]));
    expect(brokenNodeNamed(brokenNode).name).toBe(brokenNode);
  }
});

test('a failed check that sees what is broken has caught it', () => {
  const failed = result('fail', check('agreement', 'fail'), check('recovered', 'fail'));

  expect(caughtBy(detection, failed)).toEqual(['agreement']);
});

test('a failure for another reason has caught nothing', () => {
  const late = result('fail', check('agreement', 'pass'), check('recovered', 'fail'));

  expect(caughtBy(detection, late)).toEqual([]);
});

test('an experiment that did not fail has caught nothing', () => {
  expect(caughtBy(detection, result('inconclusive', check('agreement', 'inconclusive')))).toEqual([]);
});

test('a broken node that does not exist is refused, with those that do', () => {
  expect(() => brokenNodeNamed('nonsense')).toThrow(/no broken node "nonsense"\. Known are double-vote/);
});
