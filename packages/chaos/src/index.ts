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
export { leaderOf, NoVictim, select } from './cluster/select.ts';
export type { NodeSelection } from './cluster/selection.ts';
export { describeSelection } from './cluster/selection.ts';
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
export type { ExperimentDefinition } from './experiment/define.ts';
export { experiment, needsOf, suiteOf } from './experiment/define.ts';
export type { Experiment } from './experiment/experiment.ts';
export type { Offer } from './experiment/fits.ts';
export { misfit } from './experiment/fits.ts';
export type { Opportunity, Schedule } from './experiment/schedule.ts';
export { greatestDurationMs, greatestHarm, scheduleOf } from './experiment/schedule.ts';
export type { TimelineEntry } from './experiment/timeline.ts';
export { at, every, seconds, when } from './experiment/timeline.ts';
export { armStops } from './faults/armed-stop.ts';
export { faultCatalogue, faultDataSchema, faultFrom } from './faults/catalogue.ts';
export { crash } from './faults/crash.ts';
export { damageLog } from './faults/damage-log.ts';
export type { Fault, FaultData, Proof } from './faults/fault.ts';
export { pause } from './faults/pause.ts';
export { restart } from './faults/restart.ts';
export { terminate } from './faults/terminate.ts';
export { wipe } from './faults/wipe.ts';
export { recordHistory } from './history/record.ts';
export type { HistoryRecorder } from './history/recorder.ts';
export { metricCatalogue } from './metrics/catalogue.ts';
export type { Measured } from './metrics/measured.ts';
export { measured } from './metrics/measured.ts';
export type { Measurement, Metric } from './metrics/metric.ts';
export type { Progress, Reporter } from './result/reporter.ts';
export * from './result/result.ts';
export { choose } from './run/choose.ts';
export { exitCodeOf, MISUSE_EXIT_CODE } from './run/exit-code.ts';
export { Interrupted } from './run/interrupted.ts';
export type { ExperimentPlace, RunPlace } from './run/place.ts';
export { memoryPlace } from './run/place.ts';
export type { RunnerOptions } from './run/runner.ts';
export { ChaosTestRunner } from './run/runner.ts';
export type { SuiteOptions } from './run/suite.ts';
export { ChaosTestSuite } from './run/suite.ts';
export { limitOf } from './safety/gate.ts';
export type { Healing } from './safety/healing.ts';
export { RunHealing } from './safety/healing.ts';
export type { Journal, JournalEntry } from './safety/journal.ts';
export type { Halt, SafetyLever } from './safety/lever.ts';
export { Halted } from './safety/lever.ts';
export type { ResidueFinding } from './safety/residue.ts';
export type { StopCondition } from './safety/stop-condition.ts';
export type { Undo } from './safety/undo.ts';
export { describeUndo, undoSchema } from './safety/undo.ts';
export { parseDuration } from './settings/duration.ts';
export { Misuse } from './settings/misuse.ts';
export { nearest } from './settings/nearest.ts';
export type { SettingSources } from './settings/resolve.ts';
export { resolveSettings } from './settings/resolve.ts';
export type { ChaosTestConfig } from './settings/settings.ts';
export { settingsSchema } from './settings/settings.ts';
export { workloadCatalogue } from './workloads/catalogue.ts';
export type { Client, Outcome, PlannedOperation } from './workloads/client.ts';
export { MISMATCH } from './workloads/client.ts';
export { register } from './workloads/register.ts';
export type { Workload } from './workloads/workload.ts';
