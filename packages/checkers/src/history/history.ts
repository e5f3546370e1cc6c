/** Any JSON value, as histories carry them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a client asked of the system, and what came of it. `ok`: happened; `fail`: surely did not; `info`: may have. */
export interface OperationEvent {
  readonly index: number;
  /** The logical client. One that got `info` is retired: what it asked may take effect at any later time. */
  readonly process: number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: string;
  readonly key?: string;
  readonly value: Json;
  /** Nanoseconds on the runner's monotonic clock. */
  readonly time: number;
  /** The node that was asked. */
  readonly node?: string;
  /** Why it ended in `fail` or `info`. */
  readonly error?: string;
  /** Nanoseconds: when an open-loop schedule wanted it to start, on the same clock. */
  readonly due?: number;
}

/** What the framework did to the system. Each deed stands up to three times: invoked, proved, healed. */
export interface DeedEvent {
  readonly index: number;
  readonly process: 'nemesis';
  readonly type: 'info';
  readonly f: string;
  readonly value: Json;
  readonly phase: 'invoked' | 'proved' | 'healed';
  readonly time: number;
}

/** What a node said of itself. Agreement reads those of honest nodes only. */
export interface NodeEvent {
  readonly index: number;
  readonly type: 'event';
  readonly node: string;
  readonly event: string;
  readonly value: Json;
  readonly honest: boolean;
  readonly time: number;
}

/** Which part of an experiment begins. */
export interface PhaseEvent {
  readonly index: number;
  readonly type: 'phase';
  readonly phase: string;
  readonly time: number;
}

export type HistoryEvent = OperationEvent | DeedEvent | NodeEvent | PhaseEvent;

/** A frozen record of one run, in the order of `index`; `time` never goes back among operations. */
export interface History {
  readonly events: readonly HistoryEvent[];
}

export const isOperation = (event: HistoryEvent): event is OperationEvent =>
  event.type !== 'event' && event.type !== 'phase' && (event as DeedEvent).process !== 'nemesis';
export const isDeed = (event: HistoryEvent): event is DeedEvent => (event as DeedEvent).process === 'nemesis';
export const isNodeEvent = (event: HistoryEvent): event is NodeEvent => event.type === 'event';
export const isPhase = (event: HistoryEvent): event is PhaseEvent => event.type === 'phase';
