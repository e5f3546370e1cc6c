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
