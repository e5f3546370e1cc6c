import { cpus, loadavg, release } from 'node:os';

/** One measured figure beside what it has to reach. */
export interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** The bound, and on which side of it the figure has to stay. */
  readonly reach?: { readonly bound: number; readonly side: 'at most' | 'at least' };
  readonly samples: number;
  readonly note?: string;
}

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** The figures as a Markdown table, with how far each is from its bound: a ratio above 1 is better than asked. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, measured, unit, reach, samples, note }) => {
    const bound = reach === undefined ? '' : `${reach.side} ${reach.bound} ${unit}`;
    const ratio = reach === undefined ? '' : marginOf(measured, reach);
    return `| ${what} | ${rounded(measured)} ${unit} | ${bound} | ${ratio} | ${samples} | ${note ?? ''} |`;
  });
  return ['| what | measured | to reach | margin | samples | |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function marginOf(measured: number, { bound, side }: NonNullable<Figure['reach']>): string {
  if (bound === 0) return measured === 0 ? 'kept' : 'missed';
  return rounded(side === 'at most' ? bound / measured : measured / bound);
}

export const machine = (): string =>
  `${cpus().length} cores, Linux ${release()}, Node ${process.versions.node}, one-minute load ${loadavg()[0]?.toFixed(2)}`;

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
