import type { Random } from '@qflow/ports';
import type { PlannedOperation } from './client.ts';

/** What clients ask while an experiment runs. Open loop: operations fall due at a fixed rate, whatever became of the last. */
export interface Workload {
  readonly name: string;
  readonly ratePerSecond: number;
  /** How long a client waits before it calls the outcome unknown. */
  readonly timeoutMs: number;
  /** The `sequence`-th operation; written values are unique in a run. */
  operation(sequence: number, random: Random): PlannedOperation;
  /** Asked of every node in turn after recovery, to see what is still there. */
  finalReads(): readonly PlannedOperation[];
}
