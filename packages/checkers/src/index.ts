export { agreement } from './agreement/agreement.ts';
export { consistentCertificates } from './agreement/consistent-certificates.ts';
export { consistentVotes } from './agreement/consistent-votes.ts';
export type { Checker } from './checker.ts';
export { FINAL_READS, noLostWrites } from './durability/no-lost-writes.ts';
export { encodeEvent } from './history/encode.ts';
export type {
  DeedEvent,
  History,
  HistoryEvent,
  Json,
  NodeEvent,
  OperationEvent,
  PhaseEvent,
} from './history/history.ts';
export { isDeed, isNodeEvent, isOperation, isPhase } from './history/history.ts';
export { MalformedHistory } from './history/malformed.ts';
export type { Operation } from './history/operations.ts';
export { operations } from './history/operations.ts';
export type { HistoryParser } from './history/parse.ts';
export { historyFrom, historyParser, parseHistory } from './history/parse.ts';
export type { Budget } from './linearizability/budget.ts';
export type { LinearizableOptions } from './linearizability/linearizable.ts';
export { linearizable } from './linearizability/linearizable.ts';
export type { Call, Decision, Model, Role } from './linearizability/models/model.ts';
export type { RegisterOptions } from './linearizability/models/register.ts';
export { register } from './linearizability/models/register.ts';
export type { CompletedOperationsOptions } from './liveness/completed-operations.ts';
export { completedOperations } from './liveness/completed-operations.ts';
export type { RecoveredOptions } from './liveness/recovered.ts';
export { recovered } from './liveness/recovered.ts';
export type { DecidedPrefix, Evidence, Verdict } from './verdict.ts';
export { fail, inconclusive, pass } from './verdict.ts';
