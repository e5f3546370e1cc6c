import type { Measured } from './measured.ts';
import type { Metric } from './metric.ts';
import { outages } from './outages.ts';
import { meanOf } from './statistics.ts';

const NONE = 'there was no outage';

/** Mean length of the outages of a run. */
export const mttr: Metric = {
  name: 'mttr',
  unit: 'ms',
  definition:
    'Mean length of an outage: an interval in which windowed open-loop success, an answer within 10 × the median of the baseline, is under 0.9 × the baseline.',
  measure: (run) => meanOf(outageLengths(run), NONE),
};

export const harmToRecovery: Metric = {
  name: 'harmToRecovery',
  unit: 'ms',
  definition: 'Mean time from the last harm before the end of an outage to that end.',
  measure: (run) =>
    meanOf(
      sinceLast(
        run,
        run.harms.map(({ atMs }) => atMs),
      ),
      NONE,
    ),
};

export const healToRecovery: Metric = {
  name: 'healToRecovery',
  unit: 'ms',
  definition: 'Mean time from the last healing within an outage to the end of the outage.',
  measure: (run) => meanOf(sinceLast(run, run.healedAtMs, true), 'no outage lasted beyond a healing'),
};

export const outageLengths = (run: Measured): readonly number[] =>
  outages(run).map(({ fromMs, toMs }) => toMs - fromMs);

function sinceLast(run: Measured, moments: readonly number[], isWithin = false): readonly number[] {
  return outages(run).flatMap(({ fromMs, toMs }) => {
    const last = moments.filter((atMs) => atMs <= toMs && (!isWithin || atMs >= fromMs)).at(-1);
    return last === undefined ? [] : [toMs - last];
  });
}
