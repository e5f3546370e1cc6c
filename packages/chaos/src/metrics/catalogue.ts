import type { MeasuredMetric } from '../result/result.ts';
import { availability, timeAvailability } from './availability.ts';
import { degradation, latencyMetrics, throughputMetrics } from './latency.ts';
import type { Measured } from './measured.ts';
import type { Measurement, Metric } from './metric.ts';
import { mtbf } from './mtbf.ts';
import { harmToRecovery, healToRecovery, mttr } from './mttr.ts';
import { timeToDetect, timeToFirstSuccess } from './time-to-detect.ts';

/** Every metric. */
export const metricCatalogue: readonly Metric[] = [
  availability,
  timeAvailability,
  mttr,
  harmToRecovery,
  healToRecovery,
  mtbf,
  timeToDetect,
  timeToFirstSuccess,
  ...throughputMetrics,
  ...latencyMetrics,
  degradation,
];

/** All metrics of a run, by name. */
export const measureAll = (run: Measured): Record<string, MeasuredMetric> =>
  Object.fromEntries(metricCatalogue.map((metric) => [metric.name, resultOf(metric, metric.measure(run))]));

/** A measurement as it stands in the result. A number that is not finite is none. */
export function resultOf(
  { unit, definition }: Pick<Metric, 'unit' | 'definition'>,
  found: Measurement,
): MeasuredMetric {
  const base = { unit, definition, n: found.n };
  const interval = found.interval === undefined || found.interval === null ? null : [...found.interval];
  if (found.value === null || !Number.isFinite(found.value)) {
    const reason = 'reason' in found ? found.reason : 'it is not a finite number';
    return { ...base, value: null, interval: null, reason };
  }
  return { ...base, value: found.value, interval: interval as [number, number] | null };
}
