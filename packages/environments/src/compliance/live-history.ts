import { type HistoryRecorder, recordHistory } from '@qflow/chaos';

export interface LiveHistory extends HistoryRecorder {
  /** What is recorded by now; it grows. */
  readonly events: readonly LiveEvent[];
}

export type LiveEvent = Readonly<Record<string, unknown>> & { readonly time: number };

/** A history that can be looked at while it is recorded. */
export function liveHistory(): LiveHistory {
  const events: LiveEvent[] = [];
  return { ...recordHistory((line) => events.push(JSON.parse(line))), events };
}
