import type { Measured, ScheduledOperation, Span } from './measured.ts';
import { quantileOf } from './statistics.ts';

/** Served again means: at least this share of what was served in the baseline. */
export const SUCCESS_TOLERANCE = 0.9;

/** Success is judged over windows of this length, one beginning every step. Milliseconds. */
const WINDOW_MS = 500;
const STEP_MS = 100;

/** Later than this many times the baseline's median, and than this many milliseconds, is too late to count as success. */
const LATE_FACTOR = 10;
const LATE_MS = 50;

/**
 * Intervals in which windowed open-loop success is under tolerance × baseline, where success is an answer in time.
 * An outage begins when the first operation without success fell due, and ends when the last such one was served at
 * last, or fell due if it never was: its edges are those of operations, not of windows.
 */
export function outages({ operations, phases }: Measured): readonly Span[] {
  const observed = observedSpan(phases);
  const baseline = phases.get('baseline');
  if (observed === undefined || baseline === undefined) return [];

  const before = operations.filter(({ dueMs }) => dueMs >= baseline.fromMs && dueMs < baseline.toMs);
  const latencies = before.flatMap(({ isServed, endedMs, dueMs }) =>
    isServed && endedMs !== null ? [endedMs - dueMs] : [],
  );
  const median = quantileOf(latencies, 0.5, '').value;
  if (median === null) return [];
  const lateMs = Math.max(LATE_MS, LATE_FACTOR * median);
  const succeeded = ({ isServed, dueMs, endedMs }: ScheduledOperation): boolean =>
    isServed && endedMs !== null && endedMs - dueMs <= lateMs;
  const needed = SUCCESS_TOLERANCE * (before.filter(succeeded).length / before.length);

  const found: { fromMs: number; toMs: number }[] = [];
  // Operations stand in the order of their due times: each window is a slice that only moves forward.
  let first = 0;
  let next = 0;
  for (let fromMs = observed.fromMs; fromMs < observed.toMs; fromMs += STEP_MS) {
    while (first < operations.length && operations[first]!.dueMs < fromMs) first += 1;
    while (next < operations.length && operations[next]!.dueMs < fromMs + WINDOW_MS) next += 1;
    const window = operations.slice(first, next);
    const without = window.filter((operation) => !succeeded(operation));
    if (without.length === 0 || (window.length - without.length) / window.length >= needed) continue;

    const begins = without[0]!.dueMs;
    const ends = without.reduce((last, one) => Math.max(last, one.isServed ? one.endedMs! : one.dueMs), begins);
    const current = found[found.length - 1];
    if (current !== undefined && begins <= current.toMs + STEP_MS) current.toMs = Math.max(current.toMs, ends);
    else found.push({ fromMs: begins, toMs: ends });
  }
  return found;
}

/** From the start of the harm to the end of the load: what availability and outages are about. */
export function observedSpan(phases: Measured['phases']): Span | undefined {
  const harm = phases.get('harm');
  if (harm === undefined) return undefined;
  return { fromMs: harm.fromMs, toMs: (phases.get('recovery') ?? phases.get('heal') ?? harm).toMs };
}
