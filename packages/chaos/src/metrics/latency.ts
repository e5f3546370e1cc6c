import type { Measured } from './measured.ts';
import type { Metric } from './metric.ts';
import { nothing } from './metric.ts';
import { quantileOf } from './statistics.ts';

const phases = ['baseline', 'harm', 'recovery'] as const;
type MeasuredPhase = (typeof phases)[number];

const nameOf = (phase: MeasuredPhase): string => `${phase[0]!.toUpperCase()}${phase.slice(1)}`;

const latency = (phase: MeasuredPhase, percentile: 50 | 99): Metric => ({
  name: `latencyP${percentile}${nameOf(phase)}`,
  unit: 'ms',
  definition: `${percentile}th percentile of the time from the intended start to the success, of operations due in phase ${phase}.`,
  measure: (run) => quantileOf(latencies(run, phase), percentile / 100, `nothing succeeded in phase ${phase}`),
});

/** Per phase, the median and the 99th percentile, from the intended start. */
export const latencyMetrics: readonly Metric[] = phases.flatMap((phase) => [latency(phase, 50), latency(phase, 99)]);

/** Per phase, operations served each second. */
export const throughputMetrics: readonly Metric[] = phases.map((phase) => ({
  name: `throughput${nameOf(phase)}`,
  unit: 'operations/s',
  definition: `Operations due in phase ${phase} that were served ÷ its length.`,
  measure: (run) => throughput(run, phase),
}));

/** How much slower the slow ones are under harm. */
export const degradation: Metric = {
  name: 'degradation',
  unit: 'ratio',
  definition: '99th percentile of latency under harm ÷ that of the baseline.',
  measure(run) {
    const before = quantileOf(latencies(run, 'baseline'), 0.99, 'nothing succeeded in the baseline');
    const under = quantileOf(latencies(run, 'harm'), 0.99, 'nothing succeeded under harm');
    if (before.value === null) return before;
    if (under.value === null) return under;
    if (before.value <= 0) return nothing('the baseline took no time');
    return { value: under.value / before.value, n: under.n, interval: null };
  },
};

function latencies({ operations, phases: spans }: Measured, phase: MeasuredPhase): readonly number[] {
  const span = spans.get(phase);
  if (span === undefined) return [];
  return operations.flatMap(({ dueMs, endedMs, outcome }) =>
    outcome === 'ok' && endedMs !== null && dueMs >= span.fromMs && dueMs < span.toMs ? [endedMs - dueMs] : [],
  );
}

function throughput({ operations, phases: spans }: Measured, phase: MeasuredPhase) {
  const span = spans.get(phase);
  if (span === undefined || span.toMs <= span.fromMs) return nothing(`there was no phase ${phase}`);
  const served = operations.filter(
    ({ dueMs, isServed }) => isServed && dueMs >= span.fromMs && dueMs < span.toMs,
  ).length;
  return { value: served / ((span.toMs - span.fromMs) / 1_000), n: served, interval: null };
}
