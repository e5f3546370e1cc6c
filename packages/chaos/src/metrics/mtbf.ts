import type { Metric } from './metric.ts';
import { nothing } from './metric.ts';
import { outageLengths } from './mttr.ts';
import { observedSpan } from './outages.ts';

/** Up-time per outage. It says how the system fares under this schedule of harm, not how often it would fail by itself. */
export const mtbf: Metric = {
  name: 'mtbf',
  unit: 'ms',
  definition: 'Up-time ÷ outages under this schedule of harm; without an outage, longer than the time observed.',
  measure(run) {
    const observed = observedSpan(run.phases);
    if (observed === undefined) return nothing('there was no harm phase');
    return betweenFailures(observed.toMs - observed.fromMs, outageLengths(run));
  },
};

/** Up-time ÷ outages, of one run or of several together. */
export function betweenFailures(observedMs: number, lengths: readonly number[]) {
  if (lengths.length === 0) return nothing(`no outage in ${Math.round(observedMs)} ms: longer than that`);
  const upMs = observedMs - lengths.reduce((sum, length) => sum + length, 0);
  return { value: Math.max(0, upMs) / lengths.length, n: lengths.length, interval: null };
}
