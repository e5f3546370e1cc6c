import type { Evidence, Verdict } from '../verdict.ts';
import { escaped, wrapped } from './drawing.ts';

interface Bar {
  readonly process: number;
  readonly label: string;
  readonly from: number;
  /** Undefined: it never ended. */
  to: number | undefined;
  answer: string;
  outcome: string;
}

const ROW = 34;
const LEFT = 110;
const WIDTH = 1100;
const COLOURS: Readonly<Record<string, string>> = { ok: '#2f7d4f', info: '#a8741a', open: '#a8741a', fail: '#8a8f98' };

/**
 * A picture of a fail as SVG: a row for each process, a bar for each operation from its invocation to its completion,
 * in the order of events (not to scale: what matters is which overlap), and the reason above.
 */
export function timeLine(verdict: Extract<Verdict, { readonly verdict: 'fail' }>): string {
  const bars = barsOf(verdict.evidence);
  const moments = [...new Set(bars.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])))].sort(
    (a, b) => a - b,
  );
  const step = (WIDTH - LEFT - 40) / Math.max(1, moments.length);
  const x = (moment: number) => LEFT + moments.indexOf(moment) * step;
  const processes = [...new Set(bars.map(({ process }) => process))].sort((a, b) => a - b);
  const reason = wrapped(verdict.reason, 150);
  const top = 24 + reason.length * 18;
  const height = top + processes.length * ROW + 20;

  const rows = processes.map((process, row) => {
    const y = top + row * ROW;
    return `<text x="10" y="${y + 20}" class="process">process ${process}</text><line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y + 30}" y2="${y + 30}" class="row"/>`;
  });
  const drawn = bars.map((bar) => {
    const y = top + processes.indexOf(bar.process) * ROW;
    const end = bar.to === undefined ? WIDTH - 10 : x(bar.to);
    const width = Math.max(4, end - x(bar.from));
    const text = escaped(`${bar.label}${bar.answer}`);
    const dash = bar.outcome === 'ok' ? '' : ' stroke-dasharray="4 3"';
    return `<g><title>${text} (${bar.outcome})</title><rect x="${x(bar.from)}" y="${y + 4}" width="${width}" height="22" rx="4" fill="${COLOURS[bar.outcome] ?? COLOURS.info}" fill-opacity="0.18" stroke="${COLOURS[bar.outcome] ?? COLOURS.info}"${dash}/><text x="${x(bar.from) + 6}" y="${y + 19}">${text}</text></g>`;
  });

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(verdict.reason)}">
<style>text{font:12px ui-monospace,monospace;fill:#1d2026}.reason{font-weight:600}.process{fill:#5a606b}.row{stroke:#e3e5e9}</style>
<rect width="100%" height="100%" fill="#fff"/>
${reason.map((line, at) => `<text x="10" y="${22 + at * 18}" class="reason">${escaped(line)}</text>`).join('\n')}
${rows.join('\n')}
${drawn.join('\n')}
</svg>
`;
}

function barsOf(evidence: readonly Evidence[]): readonly Bar[] {
  const bars: Bar[] = [];
  const open = new Map<number, Bar>();
  for (const { process, type, f, value, index } of evidence) {
    if (typeof process !== 'number' || typeof index !== 'number') continue;
    if (type === 'invoke') {
      const asked = value === null ? '' : ` ${JSON.stringify(value)}`;
      const bar: Bar = { process, label: `${f}${asked}`, from: index, to: undefined, answer: '', outcome: 'open' };
      bars.push(bar);
      open.set(process, bar);
      continue;
    }
    const bar = open.get(process);
    if (bar === undefined) continue;
    bar.outcome = String(type);
    if (type !== 'info') bar.to = index;
    if (type === 'ok' && bar.label !== `${f} ${JSON.stringify(value)}`) bar.answer = ` → ${JSON.stringify(value)}`;
  }
  return bars;
}
