import type { ChaosTestResults, CheckResult, ExperimentResult } from '@qflow/chaos';
import { detailsOf, failurePointsOf, headlineOf, headlines, resilientBehaviorsOf } from '../details.ts';
import { withoutControls } from '../markup.ts';
import { duration, measured } from '../quantities.ts';
import type { ReportFormat } from './format.ts';

/** A page for a pull request or a CI summary. */
export const markdown: ReportFormat = {
  name: 'markdown',
  render: (result) => [{ name: 'report.md', content: page(result) }],
};

function page(result: ChaosTestResults): string {
  const { run, summary } = result;
  const behaviors = resilientBehaviorsOf(result);
  const points = failurePointsOf(result);
  const failed = detailsOf(result).filter((detail) => detail.verdict === 'fail' || detail.verdict === 'aborted');

  return [
    '# Qflow Chaos',
    '',
    `${summary.passed} of ${summary.totalTests} experiments passed, ${summary.failed} failed, ${summary.aborted} aborted, ${summary.inconclusive} inconclusive, ${summary.notRunnable} not runnable.`,
    '',
    `Target ${text(run.target.name)} ${text(run.target.version)}, environment ${text(run.environment)}, seed ${run.seed}, ${duration(run.durationMs)}, exit code ${result.exitCode}.`,
    '',
    `| verdict | experiment | ${headlines.map(({ title }) => title).join(' | ')} | reason |`,
    `| --- | --- | ${headlines.map(() => '---:').join(' | ')} | --- |`,
    ...detailsOf(result).map(
      (detail) =>
        `| ${detail.verdict} | ${text(detail.id)} | ${headlines.map(({ metric }) => text(measured(headlineOf(detail, metric)))).join(' | ')} | ${text(detail.reason)} |`,
    ),
    '',
    ...section(
      'Failure points',
      points.map(
        (point) =>
          `**${text(point.experiment)}** (${point.severity}, ${point.category}): ${text(point.description)}${point.components.length > 0 ? ` Components: ${point.components.map(text).join(', ')}.` : ''}`,
      ),
    ),
    ...failed.flatMap(evidence),
    ...section(
      'Resilient behaviours',
      behaviors.map(
        (each) =>
          `**${text(each.experiment)}**: ${text(each.behavior)}${each.mechanism === undefined ? '' : ` (${text(each.mechanism)})`}`,
      ),
    ),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

const section = (title: string, entries: readonly string[]): readonly string[] =>
  entries.length === 0 ? [] : [`## ${title}`, '', ...entries.map((entry) => `- ${entry}`), ''];

function evidence(detail: ExperimentResult): readonly string[] {
  const checks = detail.checks.filter((check) => check.verdict === 'fail');
  return [`### ${text(detail.id)}`, '', ...checks.flatMap(failedCheck), `Replay: ${code(detail.replay)}`, ''];
}

const failedCheck = (check: CheckResult): readonly string[] => [
  `${text(check.name)}: ${text(check.reason ?? '')}`,
  '',
  ...check.evidence.map((each) => `- ${code(JSON.stringify(each))}`),
  '',
];

/** Text from outside cannot open a tag, end a table cell or begin other markup. */
const text = (value: string): string =>
  withoutControls(value)
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|#!]/g, (character) => `\\${character}`);

/** Code in place, fenced by more backticks than it contains. */
function code(value: string): string {
  const inner = withoutControls(value)
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('<', '\\u003c');
  const longest = Math.max(0, ...(inner.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${inner} ${fence}`;
}
