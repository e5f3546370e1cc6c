import type { DeedEvent, History, HistoryEvent, NodeEvent, OperationEvent, PhaseEvent } from '@qflow/checkers';
import type { HistoryRecorder } from './recorder.ts';

type Timed =
  | Omit<OperationEvent, 'index'>
  | Omit<DeedEvent, 'index'>
  | Omit<NodeEvent, 'index'>
  | Omit<PhaseEvent, 'index'>;

/** Records into memory, and hands each event to `sink` as one line of JSON (without line break) as it happens. */
export function recordHistory(sink: (line: string) => void = () => undefined): HistoryRecorder {
  const events: HistoryEvent[] = [];
  const early: (Timed & { time: number })[] = [];
  let clock: { nowNs(): number } | undefined;
  let startNs = 0;
  let frozen: History | undefined;

  const add = (event: Timed): void => {
    // What comes after the history was judged belongs to no verdict.
    if (frozen !== undefined) return;
    if (clock === undefined) {
      early.push({ ...event });
      return;
    }
    const numbered = { index: events.length, ...event } as HistoryEvent;
    events.push(numbered);
    sink(JSON.stringify(numbered));
  };
  const now = (): number => clock?.nowNs() ?? 0;

  return {
    startClock(started) {
      if (clock !== undefined) return;
      clock = started;
      const time = clock.nowNs();
      startNs = time;
      for (const event of early.splice(0)) add({ ...event, time });
    },
    startNs: () => startNs,
    operation: (event) => add({ ...event, time: event.time ?? now() }),
    deed: (event) => add({ process: 'nemesis', type: 'info', ...event, time: now() }),
    nodeEvent: (event) => add({ type: 'event', ...event }),
    phase: (phase) => add({ type: 'phase', phase, time: now() }),
    frozen() {
      frozen ??= Object.freeze({ events: Object.freeze(events) });
      return frozen;
    },
  };
}
