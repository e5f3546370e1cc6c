import type { Measured } from './measured.ts';
import type { Metric } from './metric.ts';
import { meanOf } from './statistics.ts';

/** Events by which an engine shows that it has noticed something. */
const detections: ReadonlySet<string> = new Set([
  'view-change',
  'peer-disconnected',
  'leader-skipped',
  'evidence',
  'bad-message',
]);

/** From harm until another node than the harmed ones says that it has noticed. */
export const timeToDetect: Metric = {
  name: 'timeToDetect',
  unit: 'ms',
  definition:
    'Mean time from a proved harm to the first event of an unharmed node that shows it noticed (view change, lost peer, evidence).',
  measure: (run) =>
    meanOf(timesToDetect(run), run.harms.length === 0 ? 'no harm was proved' : 'no node said that it noticed'),
};

const timesToDetect = ({ harms, nodeEvents }: Measured): readonly number[] =>
  harms.flatMap(({ atMs, nodes }, place) => {
    const until = harms[place + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const noticed = nodeEvents.find(
      (event) => event.atMs >= atMs && event.atMs < until && detections.has(event.event) && !nodes.includes(event.node),
    );
    return noticed === undefined ? [] : [noticed.atMs - atMs];
  });

/** From harm until an operation that fell due after it is served. */
export const timeToFirstSuccess: Metric = {
  name: 'timeToFirstSuccess',
  unit: 'ms',
  definition: 'Mean time from a proved harm to the first success of an operation that fell due after it.',
  measure: (run) =>
    meanOf(timesToSuccess(run), run.harms.length === 0 ? 'no harm was proved' : 'nothing succeeded after the harm'),
};

const timesToSuccess = ({ harms, operations }: Measured): readonly number[] =>
  harms.flatMap(({ atMs }) => {
    const ends = operations.flatMap(({ dueMs, endedMs, outcome }) =>
      dueMs >= atMs && outcome === 'ok' && endedMs !== null ? [endedMs] : [],
    );
    return ends.length === 0 ? [] : [ends.reduce((least, end) => Math.min(least, end)) - atMs];
  });
