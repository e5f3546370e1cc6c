import type { ExperimentResult, FaultRecord, SeriesBucket } from '@qflow/chaos';
import { type Markup, markup } from '../markup.ts';
import { duration } from '../quantities.ts';
import { type Panel, panel } from './panel.ts';
import { scale, ticks } from './scale.ts';

const width = 960;
const left = 64;
const right = 16;
const laneHeight = 20;
const panelHeight = 96;
const gap = 28;
/** About how wide a character of a label is. */
const characterWidth = 6.2;

interface Band {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** What happened when, on one time axis: the phases, a lane per fault, and what the clients saw of it. */
export function timeline(detail: ExperimentResult): Markup {
  const series = detail.series ?? [];
  const domain = domainOf(detail, series);
  if (domain === null) return markup`<p class="quiet">Nothing was run, so there is no time line.</p>`;

  const x = scale(domain, [left, width - right]);
  const faults = detail.faults.filter((fault) => fault.injectedAtMs !== null);
  const windows = faults.map((fault): Band => windowOf(fault, domain[1]));
  const lanesTop = 30;
  const panelsTop = lanesTop + faults.length * laneHeight + gap;
  const panels = series.length === 0 ? [] : panelsOf(series);
  const bottom = panelsTop + panels.length * (panelHeight + gap) - (panels.length > 0 ? 8 : 20);

  return markup`<svg viewBox="0 0 ${width} ${bottom + 24}" role="img" aria-label="Time line of ${detail.id}">
${detail.phases.map((phase, at) => phaseBand({ from: phase.startedAtMs, to: phase.endedAtMs, label: phase.phase }, at, x))}
${windows.map((window) => markup`<rect class="window" x="${x(window.from)}" y="${lanesTop}" width="${widthOf(window, x)}" height="${bottom - lanesTop}"/>\n`)}
${faults.map((fault, at) => faultLane(fault, windows[at] as Band, lanesTop + at * laneHeight, x))}
${panels.map((each, at) => panel(each, { x, left, right: width - right, top: panelsTop + at * (panelHeight + gap), height: panelHeight }))}
${ticks(domain, 12).map((at) => markup`<g class="tick"><line x1="${x(at)}" x2="${x(at)}" y1="${bottom}" y2="${bottom + 4}"/><text x="${x(at)}" y="${bottom + 17}" text-anchor="middle">${duration(at)}</text></g>\n`)}
</svg>`;
}

function domainOf(detail: ExperimentResult, series: readonly SeriesBucket[]): readonly [number, number] | null {
  const starts = [...detail.phases.map((phase) => phase.startedAtMs), ...series.map((bucket) => bucket.atMs)];
  const ends = [...detail.phases.map((phase) => phase.endedAtMs), ...series.map((bucket) => bucket.atMs + 1000)];
  return starts.length === 0 ? null : [Math.min(...starts), Math.max(...ends)];
}

/** A fault that was never healed reaches to the end of the drawing. */
const windowOf = (fault: FaultRecord, end: number): Band => ({
  from: fault.injectedAtMs ?? 0,
  to: fault.healedAtMs ?? end,
  label: fault.fault,
});

const widthOf = (band: Band, x: (at: number) => number): number =>
  Math.max(1.5, Math.round((x(band.to) - x(band.from)) * 10) / 10);

function phaseBand(band: Band, at: number, x: (at: number) => number): Markup {
  const bandWidth = widthOf(band, x);
  const fits = band.label.length * characterWidth < bandWidth;
  const title = `${band.label}: ${duration(band.from)} to ${duration(band.to)}`;
  return markup`<g class="phase ${at % 2 === 0 ? 'even' : 'odd'}"><title>${title}</title><rect x="${x(band.from)}" y="4" width="${bandWidth}" height="20"/>${fits ? markup`<text x="${x(band.from) + 4}" y="18">${band.label}</text>` : ''}</g>\n`;
}

function faultLane(fault: FaultRecord, band: Band, top: number, x: (at: number) => number): Markup {
  const title = `${fault.description}: ${duration(band.from)} to ${fault.healedAtMs === null ? 'the end, not healed' : duration(band.to)}${fault.proof.proved ? '' : ', not proved'}`;
  const label = fault.nodes.length === 0 ? fault.fault : `${fault.fault} ${fault.nodes.join(' ')}`;
  return markup`<g class="fault ${fault.proof.proved ? 'proved' : 'unproved'}"><title>${title}</title><rect x="${x(band.from)}" y="${top + 4}" width="${widthOf(band, x)}" height="${laneHeight - 8}" rx="2"/>${laneLabel(label, band, top + 14, x)}</g>\n`;
}

/** After the bar where there is room, else before it, else at its start. */
function laneLabel(label: string, band: Band, y: number, x: (at: number) => number): Markup {
  const from = x(band.from);
  const to = x(band.to);
  const room = label.length * characterWidth + 5;
  const [at, anchor] =
    to + room < width ? [to + 5, 'start'] : from - room > 0 ? [from - 5, 'end'] : [from + 4, 'start'];
  return markup`<text x="${at}" y="${y}" text-anchor="${anchor}">${label}</text>`;
}

const panelsOf = (series: readonly SeriesBucket[]): readonly Panel[] => [
  {
    title: 'Answered, operations per second',
    bars: [{ style: 'ok', values: series.map((bucket) => ({ atMs: bucket.atMs, value: bucket.ok })) }],
    lines: [],
  },
  {
    title: 'Failed (dark) and unknown (light), operations per second',
    bars: [
      { style: 'failed', values: series.map((bucket) => ({ atMs: bucket.atMs, value: bucket.fail })) },
      { style: 'unknown', values: series.map((bucket) => ({ atMs: bucket.atMs, value: bucket.info })) },
    ],
    lines: [],
  },
  {
    title: 'Latency from the intended start: p50 (solid) and p99 (dashed), ms',
    bars: [],
    lines: [
      { style: 'p50', values: series.map((bucket) => ({ atMs: bucket.atMs, value: bucket.p50 })) },
      { style: 'p99', values: series.map((bucket) => ({ atMs: bucket.atMs, value: bucket.p99 })) },
    ],
  },
];
