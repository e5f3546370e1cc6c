import type { Undo } from '@qflow/chaos';

/** How a fake cluster misbehaves. None by default. */
export interface Flaws {
  /** The environment cannot deploy. */
  readonly deployFails?: boolean;
  /** This node never serves. */
  readonly deadNode?: string;
  /** While a node is gone, writes are acknowledged and not stored. */
  readonly losesWrites?: boolean;
  /** Nothing is served any more once the leader has crashed. */
  readonly neverFailsOver?: boolean;
  /** A node that is started again stays behind. */
  readonly neverCatchesUp?: boolean;
  /** A kill does nothing. */
  readonly killDoesNothing?: boolean;
  /** The state of processes cannot be seen. */
  readonly stateThrows?: boolean;
  /** Armed nodes never reach their event. */
  readonly neverReachesEvents?: boolean;
  /** Undoing this fails. */
  readonly undoFails?: Undo['undo'];
  /** The scan finds this. */
  readonly residue?: string;
  /** The host was kept waiting for so long, at every reading. */
  readonly starvedMs?: number;
  /** A log with a flipped bit is taken for sound. */
  readonly acceptsDamage?: boolean;
}
