export type { Checker } from './checker.ts';
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
export type { DecidedPrefix, Evidence, Verdict } from './verdict.ts';
export { fail, inconclusive, pass } from './verdict.ts';
