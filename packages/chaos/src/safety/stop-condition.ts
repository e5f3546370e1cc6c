/** When a run is given up: harm is healed at once and the verdict is `aborted`. Data, so that a report can show it. */
export type StopCondition =
  /** The share of due operations that were served stays under `floor` for `forMs`. */
  | { readonly stop: 'availability-below'; readonly floor: number; readonly forMs: number }
  /** More nodes are down or paused than the system promises to survive, for `forMs`, and the experiment did not declare it. */
  | { readonly stop: 'quorum-lost'; readonly forMs: number }
  /** The independent scheduling probe was kept waiting for longer: what is measured now is the host. */
  | { readonly stop: 'host-starved'; readonly overMs: number }
  /** Nobody would undo the harm if the framework were lost. */
  | { readonly stop: 'uncared' }
  /** Harm has lasted for this many times the harm window. */
  | { readonly stop: 'deadline'; readonly windows: number };

/** Watched whenever anything is, whatever an experiment names in place of the others. */
export const uncared: StopCondition = { stop: 'uncared' };

export const defaultStopConditions: readonly StopCondition[] = [
  { stop: 'quorum-lost', forMs: 1_000 },
  { stop: 'availability-below', floor: 0.01, forMs: 30_000 },
  { stop: 'host-starved', overMs: 10_000 },
  { stop: 'deadline', windows: 3 },
];
