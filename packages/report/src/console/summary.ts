import type { ChaosTestResults, ExperimentResult } from '@qflow/chaos';
import picocolors from 'picocolors';
import { detailsOf, failurePointsOf, headlineOf, headlines, resilientBehaviorsOf } from '../details.ts';
import { duration, measured } from '../quantities.ts';
import { paintOf } from './paint.ts';
import { fit, oneLine, pad, padLeft, widthOf, wrap } from './width.ts';

export interface SummaryOptions {
  /** Columns to keep within; undefined where lines may be as long as they are. */
  readonly width: number | undefined;
  readonly colors: boolean;
}

const indent = '  ';
/** Evidence is shown whole in the files; the console shows its beginning. */
const evidenceShown = 4;

/** What came of a run, for a person at a terminal. */
export function summary(result: ChaosTestResults, options: SummaryOptions): string {
  const { bold } = picocolors.createColors(options.colors);
  const width = options.width ?? Number.POSITIVE_INFINITY;
  const lines: string[] = [...table(result, options, width)];

  const behaviors = resilientBehaviorsOf(result);
  if (behaviors.length > 0) {
    lines.push('', bold('Resilient behaviours'));
    for (const each of behaviors) {
      lines.push(
        ...paragraph(
          `${each.experiment}: ${each.behavior}${each.mechanism === undefined ? '' : ` (${each.mechanism})`}`,
          width,
        ),
      );
    }
  }

  const points = failurePointsOf(result);
  if (points.length > 0) {
    lines.push('', bold('Failure points'));
    for (const point of points) {
      lines.push(
        ...paragraph(
          `${point.experiment}: ${point.description} (${[point.severity, point.category, ...point.components].join(', ')})`,
          width,
        ),
      );
    }
  }

  for (const detail of detailsOf(result)) {
    if (detail.verdict !== 'pass') lines.push('', ...verdictWithEvidence(detail, options, width));
  }

  lines.push('', ...wrap(totals(result), width), '');
  return lines.join('\n');
}

function table(result: ChaosTestResults, options: SummaryOptions, width: number): readonly string[] {
  const paint = paintOf(options.colors);
  const { dim } = picocolors.createColors(options.colors);
  const titles = ['verdict', 'experiment', ...headlines.map(({ title }) => title), 'reason'];
  const details = detailsOf(result);
  const rows = details.map((detail) => [
    detail.verdict,
    oneLine(detail.id),
    ...headlines.map(({ metric }) => measured(headlineOf(detail, metric))),
    oneLine(detail.reason),
  ]);

  const last = titles.length - 1;
  const widths = titles
    .slice(0, last)
    .map((title, column) => Math.max(...[titles, ...rows].map((row) => widthOf(row[column] ?? title))));
  const room = Math.max(0, width - widths.reduce((sum, each) => sum + each + indent.length, 0));
  const cells = (row: readonly string[]) =>
    row.map((text, column) =>
      column === last
        ? fit(text, room)
        : column < 2
          ? pad(text, widths[column] ?? 0)
          : padLeft(text, widths[column] ?? 0),
    );

  return [
    dim(fitEnd(cells(titles).join(indent), width)),
    ...rows.map((row, at) => {
      const [verdict = '', ...others] = cells(row);
      const rest = fitEnd(others.join(indent), width - widthOf(verdict) - indent.length);
      return paint(details[at]?.verdict ?? 'inconclusive')(verdict) + indent + rest;
    }),
  ];
}

/** Cuts what a narrow terminal cannot show, keeping the spaces between the columns. */
function fitEnd(text: string, width: number): string {
  return widthOf(text) <= width ? text.trimEnd() : `${[...text].slice(0, Math.max(0, width - 1)).join('')}…`;
}

function verdictWithEvidence(detail: ExperimentResult, options: SummaryOptions, width: number): readonly string[] {
  const paint = paintOf(options.colors)(detail.verdict);
  const lines = wrap(`${detail.verdict}: ${detail.id}`, width).map(paint);
  // Often the first of the checks below, which say it with their evidence.
  if (!detail.checks.some((check) => detail.reason === `${check.name}: ${check.reason}`)) {
    lines.push(...paragraph(detail.reason, width));
  }

  for (const check of detail.checks) {
    if (check.verdict === 'pass') continue;
    lines.push(
      ...paragraph(`${check.name}: ${check.verdict}${check.reason === undefined ? '' : `, ${check.reason}`}`, width),
    );
    for (const each of check.evidence.slice(0, evidenceShown)) {
      lines.push(`${indent}${indent}${fit(JSON.stringify(each), width - 2 * indent.length)}`);
    }
    const more = check.evidence.length - evidenceShown;
    if (more > 0) lines.push(`${indent}${indent}and ${more} more in result.json`);
  }
  for (const finding of detail.residue) {
    lines.push(...paragraph(`left behind: ${finding.what}; ${finding.remedy}`, width));
  }
  if (detail.verdict !== 'not-runnable') lines.push(...paragraph(`again: ${detail.replay}`, width));
  return lines;
}

const paragraph = (text: string, width: number): string[] =>
  wrap(text, width - 2 * indent.length).map((line, at) => `${at === 0 ? indent : indent + indent}${line}`);

function totals({
  summary: { totalTests, passed, failed, aborted, inconclusive, notRunnable },
  run,
}: ChaosTestResults): string {
  const others = [
    [failed, 'failed'],
    [aborted, 'aborted'],
    [inconclusive, 'inconclusive'],
    [notRunnable, 'not runnable'],
  ] as const;
  const counted = others.filter(([count]) => count > 0).map(([count, word]) => `, ${count} ${word}`);
  return `${passed} of ${totalTests} passed${counted.join('')} in ${duration(run.durationMs)}: ${run.target.name} ${run.target.version} on ${run.environment}, seed ${run.seed}`;
}
