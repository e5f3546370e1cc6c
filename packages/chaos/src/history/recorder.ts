import type { DeedEvent, History, NodeEvent, OperationEvent, PhaseEvent } from '@qflow/checkers';
import type { RunClock } from '../cluster/cluster.ts';

type Unnumbered<Event> = Omit<Event, 'index'>;

/** Where everything that happens in a run is written, as it happens. The one source of truth. */
export interface HistoryRecorder {
  /** An environment calls this first thing in `deploy`, once it has the run's clock. What came before gets the time of this call. */
  startClock(clock: Pick<RunClock, 'nowNs'>): void;

  /** Nanoseconds at which the clock was started: the zero of the result's milliseconds. */
  startNs(): number;

  /** Adds the index; a time that is absent is now. */
  operation(event: Omit<Unnumbered<OperationEvent>, 'time'> & { readonly time?: number }): void;
  deed(event: Omit<Unnumbered<DeedEvent>, 'time' | 'process' | 'type'>): void;
  /** Node events carry the time that the node gave them, on the same clock. */
  nodeEvent(event: Omit<Unnumbered<NodeEvent>, 'type'>): void;
  phase(phase: PhaseEvent['phase']): void;

  /** Everything so far. The recorder takes nothing afterwards. */
  frozen(): History;
}
