import type { HistoryRecorder } from '../history/recorder.ts';
import type { Capability } from './capability.ts';
import type { Cluster } from './cluster.ts';
import type { Target } from './target.ts';

export type EnvironmentName = 'simulation' | 'processes' | 'namespaces';

/** A place to run clusters in. */
export interface Environment {
  readonly name: EnvironmentName;
  readonly offers: readonly Capability[];

  /** Why this machine cannot run it, or null. Probes; starts nothing. */
  unfit(target: Target): Promise<string | null>;

  /** Starts a cluster that is ready: every node has answered. Leaves nothing behind when it throws. */
  deploy(request: DeployRequest): Promise<Cluster>;
}

export interface DeployRequest {
  readonly target: Target;
  readonly size: number;
  readonly seed: number;
  /** Unique to the run; part of the name of everything that is made, so that residue has an owner. */
  readonly runId: string;
  /** A directory of this deployment's own, for node data and logs. Absent in simulation. */
  readonly directory?: string;
  /** The file that the undos of faults are written to, for whoever undoes them when the framework cannot. */
  readonly undoJournal?: string;
  readonly history: HistoryRecorder;
  /** Ends the attempt early: the user has interrupted the run. */
  readonly signal?: AbortSignal;
}
