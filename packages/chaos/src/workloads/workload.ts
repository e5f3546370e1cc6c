import type { Random } from '@qflow/ports';
import type { PlannedOperation } from './client.ts';

/** What clients ask while an experiment runs. Open loop: operations fall due at a fixed rate, whatever became of the last. */
export interface Workload {
  readonly name: string;
  readonly ratePerSecond: number;
  /** How long a client waits before it calls the outcome unknown. */
  readonly timeoutMs: number;
  /** The operations of one run, asked for in the order of `sequence`; written values are unique in a run. */
  begin(random: Random): (sequence: number) => PlannedOperation;
  /** Something to change, whose success shows that the node `name` serves. Unique in a run. */
  probe(name: string): PlannedOperation;
  /** Asked of every node in turn after recovery, to see what is still there. */
  finalReads(): readonly PlannedOperation[];
}
