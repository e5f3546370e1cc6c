import type { Rules, Timing } from '@qflow/engine';

export interface QflowOptions {
  /** The program that runs as a process, instead of the engine as it ships: a broken node, for tests. */
  readonly entry?: string;
  /** The rules of nodes in process, instead of those of the engine as it ships: a broken node, for tests. */
  readonly rules?: Rules;
  readonly timing?: Partial<Timing>;
  /** Takes nodes at their word instead of checking the proof of each answer: for nodes whose answers have none. */
  readonly trustsNodes?: boolean;
}
