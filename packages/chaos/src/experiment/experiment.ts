import type { Checker } from '@qflow/checkers';
import type { StopCondition } from '../safety/stop-condition.ts';
import type { Workload } from '../workloads/workload.ts';
import type { TimelineEntry } from './timeline.ts';

/** A question put to a distributed system, and what must hold for the answer to be yes. Data and values, no control flow. */
export interface Experiment {
  /** `suite/experiment`. */
  readonly name: string;
  readonly question: string;
  readonly expectation: string;

  readonly cluster: { readonly nodes: number };
  readonly workload: Workload;

  /** Greatest share of nodes harmed at once, all running faults together. Default: the target's tolerance. */
  readonly blastRadius?: number;
  /** Declares harm past what is survivable, on purpose; the gate refuses it otherwise. */
  readonly beyondTolerance?: { readonly nodes: number; readonly why: string };

  /** Before any harm: the least share of due operations that succeed. Default 0.95. */
  readonly steadyState?: { readonly successShare: number };
  readonly baselineMs: number;
  /** Length of the harm window; `--duration` replaces it. */
  readonly harmMs: number;
  readonly timeline: readonly TimelineEntry[];
  /** From the last heal until success is back within tolerance of the baseline and every node has caught up. */
  readonly recovery: { readonly withinMs: number };
  /** When to give up and heal at once. Default: `defaultStopConditions`. */
  readonly stopConditions?: readonly StopCondition[];
  readonly checks: readonly Checker[];
}
