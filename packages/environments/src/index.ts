export { hostClock } from './host/clock.ts';
export { ClusterNotReady } from './host/ready.ts';
export { type Found, findLeftovers, isNothing, type Leftover, type Recovered, recover } from './host/recovery.ts';
export { DiskUntouched, NodeDidNotStart, NodeIsDown, NodeIsUp } from './host/refusals.ts';
export { fileLever } from './host/safety-lever.ts';
export { ProcessStuck } from './host/signals.ts';
export { SpawnFailed } from './host/spawned-process.ts';
export { stateDirectory } from './host/state-directory.ts';
export { isProcessUndo, type ProcessUndo, undoProcess } from './host/undo-executors.ts';
export {
  openUndoJournal,
  type ReadUndoJournal,
  type Registered,
  readUndoJournal,
  type UndoJournal,
  unfinished,
} from './host/undo-journal.ts';
export type { DeploymentOptions } from './processes/deploy.ts';
export { processes } from './processes/processes.ts';
export { type SimulationOptions, simulation } from './simulation/simulation.ts';
