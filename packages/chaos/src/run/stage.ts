import type { Cluster } from '../cluster/cluster.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Schedule } from '../experiment/schedule.ts';
import type { FailureInjector } from '../faults/injector.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Progress } from '../result/reporter.ts';
import type { RunHealing } from '../safety/healing.ts';
import type { ChaosTestConfig } from '../settings/settings.ts';
import type { Load } from '../workloads/driver.ts';
import type { LogicalProcesses } from '../workloads/logical-processes.ts';
import type { HostWatch } from './host-watch.ts';

/** The parts of an experiment: what each phase finds when it begins. */
export const phaseNames = [
  'deploy',
  'steady-state',
  'baseline',
  'harm',
  'heal',
  'recovery',
  'final-reads',
  'judgement',
] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Everything that the phases of one experiment share. */
export interface Stage {
  readonly experiment: Experiment;
  readonly settings: ChaosTestConfig;
  readonly schedule: Schedule;
  readonly cluster: Cluster;
  readonly history: HistoryRecorder;
  readonly healing: RunHealing;
  readonly injector: FailureInjector;
  readonly processes: LogicalProcesses;
  readonly host: HostWatch;
  /** Cuts the run short; its reason says why. */
  readonly cut: AbortController;
  /** When it was cut short, on the run's clock in nanoseconds; null while it is not. */
  cutAtNs: number | null;
  /** From there to the end of all healing, restarts included; null when it was not cut short. */
  abortLatencyMs: number | null;
  /** The injections under way, once harm has begun: settled when every fault has ended. */
  injecting: Promise<void>;
  load: Load | null;
  /** Share of due operations that were served before any harm. */
  baselineShare: number | null;
  recovery: RecoveryOutcome | null;
  /** When the phase in progress ends at the latest, on the run's clock in milliseconds; null when nobody knows. */
  phaseEndsAtMs: number | null;
  onProgress(progress: Progress): void;
  /** Begins a phase; `lastsMs` is how long it takes at most, where that is known. */
  enter(phase: PhaseName, lastsMs: number | null): void;
}

/** `reachedAfterMs`: milliseconds from the healing to each step of the recovery that was reached. */
export type RecoveryOutcome = { readonly reachedAfterMs: Readonly<Record<string, number>> } & (
  | { readonly isRecovered: true; readonly tookMs: number }
  | { readonly isRecovered: false; readonly missing: string; readonly withinMs: number }
);

/** The system was not well before any harm: nothing that follows would say anything about the harm. */
export class NotSteady extends Error {
  override readonly name = 'NotSteady';
}
