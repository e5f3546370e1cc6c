import type { Measured, Span } from './measured.ts';

/** Served again means: at least this share of what was served in the baseline. */
export const SUCCESS_TOLERANCE = 0.9;

/** Success is judged over windows of this length, one beginning every step. Milliseconds. */
const WINDOW_MS = 500;
const STEP_MS = 100;

/**
 * Intervals in which windowed open-loop success is under tolerance × baseline. An outage begins with the first operation
 * due in such a window that was not served, and ends with the last one: the edges are operations, not window edges.
 */
export function outages({ operations, phases }: Measured): readonly Span[] {
  const observed = observedSpan(phases);
  const baseline = phases.get('baseline');
  if (observed === undefined || baseline === undefined) return [];
  const before = operations.filter(({ dueMs }) => dueMs >= baseline.fromMs && dueMs < baseline.toMs);
  if (before.length === 0) return [];
  const needed = SUCCESS_TOLERANCE * (before.filter(({ isServed }) => isServed).length / before.length);

  const found: { fromMs: number; toMs: number }[] = [];
  // Operations stand in the order of their due times: each window is a slice that only moves forward.
  let first = 0;
  let next = 0;
  for (let fromMs = observed.fromMs; fromMs < observed.toMs; fromMs += STEP_MS) {
    while (first < operations.length && operations[first]!.dueMs < fromMs) first += 1;
    while (next < operations.length && operations[next]!.dueMs < fromMs + WINDOW_MS) next += 1;
    const window = operations.slice(first, next);
    const unserved = window.filter(({ isServed }) => !isServed);
    if (unserved.length === 0 || (window.length - unserved.length) / window.length >= needed) continue;

    const begins = unserved[0]!.dueMs;
    const ends = unserved[unserved.length - 1]!.dueMs;
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
