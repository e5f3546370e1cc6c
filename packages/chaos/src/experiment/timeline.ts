import type { ArmedStop } from '../cluster/controls.ts';
import type { Fault } from '../faults/fault.ts';

/** One entry of the timeline. Times count from the start of the harm window. */
export interface TimelineEntry {
  /** Names this entry, so that a later one can hit the same nodes. */
  readonly label?: string;
  readonly starts:
    | { readonly atMs: number }
    /** The victims are armed at `afterMs` to stop themselves at the event; the fault follows when they have. */
    | { readonly afterMs: number; readonly when: ArmedStop };
  readonly fault: Fault;
  /** Healed alone after this time; absent: with the rest at the end of the harm window. */
  readonly lastsMs?: number;
  /** Further opportunities for the same harm, each used with probability `failureRate`. */
  readonly repeats?: { readonly everyMs: number; readonly times: number };
}

type EntryOptions = Pick<TimelineEntry, 'label' | 'lastsMs' | 'repeats'>;

/** The fault, `atMs` after the harm window has begun. */
export const at = (atMs: number, fault: Fault, options: EntryOptions = {}): TimelineEntry => ({
  ...options,
  starts: { atMs },
  fault,
});

/** The fault, at the very moment in which its victims reach an event: they stop themselves there, and it follows. */
export function when(
  event: string,
  fault: Fault,
  {
    afterMs,
    nth = 1,
    where,
    ...options
  }: EntryOptions & { afterMs: number } & Partial<Pick<ArmedStop, 'nth' | 'where'>>,
): TimelineEntry {
  return { ...options, starts: { afterMs, when: { event, nth, ...(where === undefined ? {} : { where }) } }, fault };
}

/** For `repeats`: that many further opportunities, so far apart. */
export const every = (everyMs: number, times: number): { everyMs: number; times: number } => ({ everyMs, times });

/** Milliseconds of so many seconds. */
export const seconds = (count: number): number => count * 1_000;

/** When an entry's harm begins at the earliest. */
export const startOf = ({ starts }: TimelineEntry): number => ('atMs' in starts ? starts.atMs : starts.afterMs);
