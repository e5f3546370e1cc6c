import { detailsOf, failurePointsOf, headlineOf, headlines, resilientBehaviorsOf } from '../details.ts';
import type { ReportFormat } from './format.ts';

/** Tables for spreadsheets: experiments, resilient behaviours, failure points. RFC 4180. */
export const csv: ReportFormat = {
  name: 'csv',
  render: (result) => [
    {
      name: 'experiments.csv',
      content: table(
        [
          'experiment',
          'verdict',
          'reason',
          'seed',
          'durationMs',
          ...headlines.flatMap(({ metric }) => [metric, `${metric}Unit`]),
        ],
        detailsOf(result).map((detail) => [
          detail.id,
          detail.verdict,
          detail.reason,
          detail.seed,
          detail.durationMs,
          ...headlines.flatMap(({ metric }) => {
            const found = headlineOf(detail, metric);
            return [found?.value ?? '', found?.unit ?? ''];
          }),
        ]),
      ),
    },
    {
      name: 'resilient-behaviors.csv',
      content: table(
        ['experiment', 'behavior', 'mechanism', 'evidence'],
        resilientBehaviorsOf(result).map((each) => [
          each.experiment,
          each.behavior,
          each.mechanism ?? '',
          each.evidence === undefined ? '' : JSON.stringify(each.evidence),
        ]),
      ),
    },
    {
      name: 'failure-points.csv',
      content: table(
        ['experiment', 'category', 'severity', 'components', 'description', 'evidence'],
        failurePointsOf(result).map((each) => [
          each.experiment,
          each.category,
          each.severity,
          each.components.join(' '),
          each.description,
          JSON.stringify(each.evidence),
        ]),
      ),
    },
  ],
};

const table = (columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** A text that a spreadsheet would take for a formula is led by an apostrophe, so that it stays text. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
