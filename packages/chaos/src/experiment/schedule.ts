import type { Random } from '@qflow/ports';
import { countOf } from '../cluster/selection.ts';
import type { ChaosTestConfig } from '../settings/settings.ts';
import type { Experiment } from './experiment.ts';
import { startOf, type TimelineEntry } from './timeline.ts';

/** One opportunity for harm, with its time as the settings stretch it, and whether it is used. */
export interface Opportunity {
  readonly entry: TimelineEntry;
  /** Milliseconds from the start of the harm window. */
  readonly atMs: number;
  readonly lastsMs: number | null;
  /** Why it is left out, or null when it is used. */
  readonly leftOut: string | null;
}

export interface Schedule {
  /** Length of the harm window in milliseconds. */
  readonly harmMs: number;
  readonly opportunities: readonly Opportunity[];
  /** Nothing is harmed, on purpose (`failureRate` 0). */
  readonly isControlRun: boolean;
}

/**
 * What a run will do, from the experiment, the settings and the seed alone.
 * The first opportunity of each entry is always used; repetitions with probability `failureRate`; none at rate 0.
 * Another `duration` stretches or shrinks the whole timeline with the window.
 */
export function scheduleOf(experiment: Experiment, settings: ChaosTestConfig, random: Pick<Random, 'unit'>): Schedule {
  const harmMs = settings.duration ?? experiment.harmMs;
  const stretch = harmMs / experiment.harmMs;
  const isControlRun = settings.failureRate === 0;

  const opportunities = experiment.timeline.flatMap((entry) => {
    const { everyMs, times } = entry.repeats ?? { everyMs: 0, times: 0 };
    return Array.from({ length: times + 1 }, (_, repetition): Opportunity => {
      const used = repetition === 0 || random.unit() < settings.failureRate;
      return {
        entry,
        atMs: (startOf(entry) + everyMs * repetition) * stretch,
        lastsMs: entry.lastsMs === undefined ? null : entry.lastsMs * stretch,
        leftOut: isControlRun ? 'control run: failureRate is 0' : used ? null : 'failureRate left this repetition out',
      };
    });
  });
  return { harmMs, opportunities, isControlRun };
}

/** What a fault may last longer than it is meant to, for arming, proving and healing, before its watchdog undoes it. */
const OVERTIME_MS = 120_000;

/** The greatest duration of a fault's harm, in milliseconds from its registration: written to the journal with each undo. */
export const greatestDurationMs = ({ atMs, lastsMs }: Opportunity, harmMs: number): number =>
  (lastsMs ?? Math.max(0, harmMs - atMs)) + OVERTIME_MS;

/** The most nodes that may be harmed at one time, if every fault does what its selection says. */
export function greatestHarm({ opportunities, harmMs }: Schedule, tolerance: number): number {
  const used = opportunities.filter(({ leftOut }) => leftOut === null);
  const harmedAt = (timeMs: number): number =>
    used
      .filter(({ atMs, lastsMs }) => atMs <= timeMs && timeMs < (lastsMs === null ? harmMs : atMs + lastsMs))
      .reduce((sum, { entry }) => sum + countOf(entry.fault.nodes, tolerance), 0);
  return used.reduce((most, { atMs }) => Math.max(most, harmedAt(atMs)), 0);
}
