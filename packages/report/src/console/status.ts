import type { Progress } from '@qflow/chaos';
import { duration } from '../quantities.ts';
import { fit, oneLine } from './width.ts';

/** What the status line shows: what runs now. */
export interface Status {
  readonly id: string;
  readonly position: number;
  readonly of: number;
  readonly phase: string;
  readonly leftMs: number | null;
  /** Descriptions of the faults that are not healed yet. */
  readonly faults: readonly string[];
  readonly operationsPerSecond: number | null;
  readonly failing: number;
}

const blank = { phase: '', leftMs: null, faults: [], operationsPerSecond: null, failing: 0 } as const;
export const idle: Status = { id: '', position: 0, of: 0, ...blank };

export function next(status: Status, progress: Progress): Status {
  switch (progress.kind) {
    case 'experiment-started':
      return { id: progress.id, position: progress.position, of: progress.of, ...blank };
    case 'phase':
      // The last reading of the load was of the phase before.
      return { ...status, phase: progress.phase, leftMs: progress.leftMs, operationsPerSecond: null, failing: 0 };
    case 'fault': {
      const others = status.faults.filter((description) => description !== progress.description);
      return { ...status, faults: progress.stage === 'healed' ? others : [...others, progress.description] };
    }
    case 'load':
      return {
        ...status,
        operationsPerSecond: progress.operationsPerSecond,
        failing: progress.failing,
        leftMs: progress.leftMs,
      };
  }
}

/** One line that fits a terminal of `width` columns. */
export function statusLine(status: Status, width: number): string {
  const parts = [
    `[${status.position}/${status.of}] ${status.id}`,
    status.phase,
    status.operationsPerSecond === null ? '' : `${Math.round(status.operationsPerSecond)} op/s`,
    status.failing > 0 ? `${status.failing} failing` : '',
    status.leftMs === null ? '' : `${duration(Math.ceil(status.leftMs / 1000) * 1000)} left`,
    // Last, because it is the longest: what does not fit is cut.
    status.faults.join(', '),
  ];
  return fit(parts.filter((part) => part !== '').join(' · '), width);
}

/** The same as a line of a log, or null where a log needs none. */
export function logLine(progress: Progress): string | null {
  switch (progress.kind) {
    case 'experiment-started':
      return oneLine(`${progress.id}: started, ${progress.position} of ${progress.of}`);
    case 'phase':
      return oneLine(
        `${progress.id}: ${progress.phase}${progress.leftMs === null ? '' : `, ${duration(progress.leftMs)} left`}`,
      );
    case 'fault':
      return oneLine(`${progress.id}: ${progress.description}: ${progress.stage}`);
    case 'load':
      return null;
  }
}
