import { type Markup, markup } from '../markup.ts';
import { scale, ticks } from './scale.ts';

interface Point {
  readonly atMs: number;
  readonly value: number | null;
}

/** One chart of the time line: bars stacked by their order, lines broken where a value is missing. */
export interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly style: string; readonly values: readonly Point[] }[];
  readonly lines: readonly { readonly style: string; readonly values: readonly Point[] }[];
}

interface Place {
  readonly x: (atMs: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
}

const bucketMs = 1000;

export function panel({ title, bars, lines }: Panel, place: Place): Markup {
  const top = place.top + 6;
  const bottom = place.top + place.height;
  const greatest = Math.max(
    1,
    ...stackHeights(bars),
    ...lines.flatMap((line) => line.values.map(({ value }) => value ?? 0)),
  );
  const y = scale([0, greatest], [bottom, top]);

  return markup`<g class="panel"><text class="title" x="${place.left}" y="${place.top - 4}">${title}</text>
${ticks([0, greatest], 4).map((at) => markup`<g class="tick"><line class="grid" x1="${place.left}" x2="${place.right}" y1="${y(at)}" y2="${y(at)}"/><text x="${place.left - 6}" y="${y(at) + 3.5}" text-anchor="end">${at}</text></g>\n`)}
${stacked(bars, place.x, y)}${lines.map((line) => markup`<path class="line ${line.style}" d="${pathOf(line.values, place.x, y)}"/>\n`)}</g>`;
}

function stackHeights(bars: Panel['bars']): readonly number[] {
  return (bars[0]?.values ?? []).map((_, at) => bars.reduce((sum, bar) => sum + (bar.values[at]?.value ?? 0), 0));
}

/** One path a style: a rectangle a bucket, each standing on those of the styles before. */
function stacked(bars: Panel['bars'], x: Place['x'], y: (value: number) => number): readonly Markup[] {
  const base = (bars[0]?.values ?? []).map(() => 0);
  return bars.map((bar) => {
    const path = bar.values.flatMap(({ atMs, value }, at) => {
      const from = base[at] ?? 0;
      const to = from + (value ?? 0);
      base[at] = to;
      return to > from ? [`M${x(atMs)} ${y(from)}V${y(to)}H${x(atMs + bucketMs)}V${y(from)}Z`] : [];
    });
    return markup`<path class="bar ${bar.style}" d="${path.join('')}"/>\n`;
  });
}

/** A line breaks where a value or a whole bucket is missing: what was not measured is not drawn. */
function pathOf(points: readonly Point[], x: Place['x'], y: (value: number) => number): string {
  let drawnAtMs: number | undefined;
  let path = '';
  for (const { atMs, value } of points) {
    if (value === null) {
      drawnAtMs = undefined;
      continue;
    }
    const continues = drawnAtMs !== undefined && atMs - drawnAtMs <= bucketMs;
    // A lone point between gaps still shows: a line of no length with round ends.
    path += `${continues ? 'L' : 'M'}${x(atMs + bucketMs / 2)} ${y(value)}${continues ? '' : 'h0'}`;
    drawnAtMs = atMs;
  }
  return path;
}
