import type { Measured } from './measured.ts';
import type { Metric } from './metric.ts';
import { nothing } from './metric.ts';
import { observedSpan, outages } from './outages.ts';
import { shareOf } from './statistics.ts';

/** Of the operations that fell due while the system was under harm or recovering, how many were served. */
export const availability: Metric = {
  name: 'availability',
  unit: 'share',
  definition:
    'Operations served ÷ operations due, from the start of the harm to the end of the load; unknown outcomes are not served.',
  measure(run) {
    const due = operationsUnderHarm(run);
    return shareOf(due.filter(({ isServed }) => isServed).length, due.length, 'no operation fell due under harm');
  },
};

/** The share of that time in which there was no outage. */
export const timeAvailability: Metric = {
  name: 'timeAvailability',
  unit: 'share',
  definition: 'Time without outage ÷ time, from the start of the harm to the end of the load.',
  measure(run) {
    const observed = observedSpan(run.phases);
    if (observed === undefined || observed.toMs <= observed.fromMs) return nothing('there was no harm phase');
    const found = outages(run);
    const downMs = found.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
    const share = 1 - downMs / (observed.toMs - observed.fromMs);
    return { value: Math.max(0, share), n: found.length, interval: null };
  },
};

/** Scheduled operations due from the start of the harm to the end of the load. */
export function operationsUnderHarm({ operations, phases }: Measured): Measured['operations'] {
  const observed = observedSpan(phases);
  if (observed === undefined) return [];
  return operations.filter(({ dueMs }) => dueMs >= observed.fromMs && dueMs < observed.toMs);
}
