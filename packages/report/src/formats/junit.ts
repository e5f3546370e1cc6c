import type { ChaosTestResults, ExperimentResult } from '@qflow/chaos';
import { categoryNames } from '@qflow/chaos';
import { escapeMarkup, withoutControls } from '../markup.ts';
import type { ReportFormat } from './format.ts';

/** JUnit XML, for the test view of a CI server: a suite per category, a case per experiment. */
export const junit: ReportFormat = {
  name: 'junit',
  render: (result) => [{ name: 'junit.xml', content: document(result) }],
};

function document(result: ChaosTestResults): string {
  const suites = categoryNames.map((name) => result[name]).filter((category) => category.totalTests > 0);
  const { totalTests, failed, aborted, inconclusive, notRunnable } = result.summary;

  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="qflow-chaos" tests="${totalTests}" failures="${failed}" errors="${aborted}" skipped="${inconclusive + notRunnable}" time="${seconds(result.run.durationMs)}">`,
    ...suites.flatMap((category) => [
      `  <testsuite name="${escapeMarkup(category.category)}" tests="${category.totalTests}" failures="${category.failed}" errors="${category.aborted}" skipped="${category.inconclusive + category.notRunnable}" time="${seconds(category.executionTime)}" timestamp="${escapeMarkup(result.run.startedAt)}">`,
      ...category.details.map(testCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(detail: ExperimentResult): string {
  const [suite = detail.id, name = detail.id] = detail.id.split('/');
  const opening = `    <testcase classname="${escapeMarkup(suite)}" name="${escapeMarkup(name)}" time="${seconds(detail.durationMs)}"`;
  const outcome = outcomeOf(detail);
  return outcome === null ? `${opening}/>` : `${opening}>\n      ${outcome}\n    </testcase>`;
}

/** JUnit knows no "inconclusive": it stands as skipped, with its reason, so that it is never counted as passed. */
function outcomeOf(detail: ExperimentResult): string | null {
  const reason = escapeMarkup(detail.reason);
  switch (detail.verdict) {
    case 'pass':
      return null;
    case 'fail':
      return `<failure message="${reason}">${escapeMarkup(evidenceOf(detail))}</failure>`;
    case 'aborted':
      return `<error message="${reason}">${escapeMarkup(evidenceOf(detail))}</error>`;
    case 'inconclusive':
    case 'not-runnable':
      return `<skipped message="${escapeMarkup(detail.verdict)}: ${reason}"/>`;
  }
}

function evidenceOf(detail: ExperimentResult): string {
  const failed = detail.checks.filter((check) => check.verdict === 'fail');
  const checks = failed.flatMap((check) => [
    `${check.name}: ${check.reason ?? ''}`,
    ...check.evidence.map((evidence) => JSON.stringify(evidence)),
  ]);
  const residue = detail.residue.map((finding) => `left behind: ${finding.what} (${finding.remedy})`);
  return withoutControls([...checks, ...residue, `replay: ${detail.replay}`].join('\n'));
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);
