export type { Capability } from './cluster/capability.ts';
export { capabilities } from './cluster/capability.ts';
export type { Cluster, ClusterNode, HostReading, Observation, RunClock } from './cluster/cluster.ts';
export type {
  ArmedStop,
  DiskControl,
  ProcessControl,
  ProcessIdentity,
  ProcessState,
  TraceControl,
} from './cluster/controls.ts';
export type { DeployRequest, Environment, EnvironmentName } from './cluster/environment.ts';
export type { NodeSelection } from './cluster/selection.ts';
export type {
  ClientRequest,
  CommandSpecification,
  InProcessClientRequest,
  InProcessNode,
  Listening,
  LogRecord,
  PreparedTarget,
  PrepareRequest,
  Target,
} from './cluster/target.ts';
export { ConnectionLost } from './cluster/target.ts';
export type { Experiment } from './experiment/experiment.ts';
export type { TimelineEntry } from './experiment/timeline.ts';
export type { Fault, FaultData, Proof } from './faults/fault.ts';
export type { HistoryRecorder } from './history/recorder.ts';
export type { Progress, Reporter } from './result/reporter.ts';
export * from './result/result.ts';
export type { Healing } from './safety/healing.ts';
export type { Journal, JournalEntry } from './safety/journal.ts';
export type { ResidueFinding } from './safety/residue.ts';
export type { StopCondition } from './safety/stop-condition.ts';
export type { Undo } from './safety/undo.ts';
export { undoSchema } from './safety/undo.ts';
export type { ChaosTestConfig } from './settings/settings.ts';
export { settingsSchema } from './settings/settings.ts';
export type { Client, Outcome, PlannedOperation } from './workloads/client.ts';
export { MISMATCH } from './workloads/client.ts';
export type { Workload } from './workloads/workload.ts';
