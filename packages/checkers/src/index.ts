export { agreement } from './agreement/agreement.ts';
export { consistentCertificates } from './agreement/consistent-certificates.ts';
export { consistentVotes } from './agreement/consistent-votes.ts';
export type { Checker } from './checker.ts';
export { convergence } from './convergence/convergence.ts';
export type { MergeLaws } from './convergence/merge-laws.ts';
export { mergeLaws } from './convergence/merge-laws.ts';
export type { DeliveredToAllOptions } from './delivery/causal-order.ts';
export { causalOrder, deliveredToAll } from './delivery/causal-order.ts';
export { counterBounds } from './delivery/counter-bounds.ts';
export type { ExactlyOnceOptions } from './delivery/exactly-once.ts';
export { exactlyOnce } from './delivery/exactly-once.ts';
export type { SetFullOptions } from './delivery/set-full.ts';
export { setFull } from './delivery/set-full.ts';
export type { TotalQueueOptions } from './delivery/total-queue.ts';
export { totalQueue } from './delivery/total-queue.ts';
export { uniqueIdentifiers } from './delivery/unique-identifiers.ts';
export { FINAL_READS, noLostWrites } from './durability/no-lost-writes.ts';
export { cycleGraph } from './evidence/cycle-graph.ts';
export { describeEvidence } from './evidence/text.ts';
export { timeLine } from './evidence/time-line.ts';
export type { FencingOptions } from './exclusion/fencing.ts';
export { fencing } from './exclusion/fencing.ts';
export { ednEvents } from './history/edn.ts';
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
export { models } from './linearizability/models/catalogue.ts';
export { counter } from './linearizability/models/counter.ts';
export { keyValue } from './linearizability/models/key-value.ts';
export { list } from './linearizability/models/list.ts';
export type { Call, Decision, Model, Role } from './linearizability/models/model.ts';
export { mutex } from './linearizability/models/mutex.ts';
export { priorityQueue } from './linearizability/models/priority-queue.ts';
export { queue } from './linearizability/models/queue.ts';
export type { RegisterOptions } from './linearizability/models/register.ts';
export { register } from './linearizability/models/register.ts';
export { elements, set } from './linearizability/models/set.ts';
export { stack } from './linearizability/models/stack.ts';
export type { CompletedOperationsOptions } from './liveness/completed-operations.ts';
export { completedOperations } from './liveness/completed-operations.ts';
export type { RecoveredOptions } from './liveness/recovered.ts';
export { recovered } from './liveness/recovered.ts';
export type { CycleEdge } from './transactions/anomaly.ts';
export type { BankOptions } from './transactions/bank.ts';
export { bank } from './transactions/bank.ts';
export type { AnomalyName, Level } from './transactions/levels.ts';
export { LEVELS } from './transactions/levels.ts';
export type { TransactionOptions } from './transactions/list-append.ts';
export { listAppend } from './transactions/list-append.ts';
export { longFork } from './transactions/long-fork.ts';
export { rwRegister } from './transactions/rw-register.ts';
export type { DecidedPrefix, Evidence, Verdict } from './verdict.ts';
export { fail, inconclusive, pass } from './verdict.ts';
